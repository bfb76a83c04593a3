
+
	model
step
save_counter*

	parts
w*
=7
VARIABLE_VALUEstepstep/.ATTRIBUTES/VARIABLE_VALUE*
MG
VARIABLE_VALUEsave_counter'save_counter/.ATTRIBUTES/VARIABLE_VALUE*

0*
=7
VARIABLE_VALUEw"model/w/.ATTRIBUTES/VARIABLE_VALUE*
C=
VARIABLE_VALUEb(model/parts/0/.ATTRIBUTES/VARIABLE_VALUE*