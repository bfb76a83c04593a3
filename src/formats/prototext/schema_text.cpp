#include "formats/prototext/schema.h"

namespace rill::formats {

// tensorflow/core/{framework,protobuf}/*.proto as of TensorFlow 2.21, without what is only for
// debugging. A message is a list of "NUMBER NAME TYPE"; "*" is repeated, "KEY:VALUE" is a map.
const char* schema_text() {
  return R"(
message SavedModel 1 saved_model_schema_version int64 2 meta_graphs MetaGraphDef*
message MetaGraphDef 1 meta_info_def MetaGraphDef.MetaInfoDef 2 graph_def GraphDef
  3 saver_def SaverDef 4 collection_def string:CollectionDef 5 signature_def string:SignatureDef
  6 asset_file_def AssetFileDef* 7 object_graph_def SavedObjectGraph
message MetaGraphDef.MetaInfoDef 1 meta_graph_version string 2 stripped_op_list OpList
  3 any_info Any 4 tags string* 5 tensorflow_version string 6 tensorflow_git_version string
  7 stripped_default_attrs bool 8 function_aliases string:string
message OpList 1 op OpDef*
message OpDef 1 name string 2 input_arg OpDef.ArgDef* 3 output_arg OpDef.ArgDef*
  4 attr OpDef.AttrDef* 5 summary string 6 description string 8 deprecation OpDeprecation
  16 is_aggregate bool 17 is_stateful bool 18 is_commutative bool
  19 allows_uninitialized_input bool 20 control_output string*
  21 is_distributed_communication bool
message OpDef.ArgDef 1 name string 2 description string 3 type DataType 4 type_attr string
  5 number_attr string 6 type_list_attr string 7 handle_data ResourceHandleProto.DtypeAndShape*
  16 is_ref bool
message ResourceHandleProto.DtypeAndShape 1 dtype DataType 2 shape TensorShapeProto
message TensorShapeProto 2 dim TensorShapeProto.Dim* 3 unknown_rank bool
message TensorShapeProto.Dim 1 size int64 2 name string
message OpDef.AttrDef 1 name string 2 type string 3 default_value AttrValue 4 description string
  5 has_minimum bool 6 minimum int64 7 allowed_values AttrValue
message AttrValue 1 list AttrValue.ListValue 2 s bytes 3 i int64 4 f float 5 b bool
  6 type DataType 7 shape TensorShapeProto 8 tensor TensorProto 9 placeholder string
  10 func NameAttrList
message TensorProto 1 dtype DataType 2 tensor_shape TensorShapeProto 3 version_number int32
  4 tensor_content bytes 5 float_val float* 6 double_val double* 7 int_val int32*
  8 string_val bytes* 9 scomplex_val float* 10 int64_val int64* 11 bool_val bool*
  12 dcomplex_val double* 13 half_val int32* 14 resource_handle_val ResourceHandleProto*
  15 variant_val VariantTensorDataProto* 16 uint32_val uint32* 17 uint64_val uint64*
  18 float8_val bytes
message ResourceHandleProto 1 device string 2 container string 3 name string 4 hash_code uint64
  5 maybe_type_name string 6 dtypes_and_shapes ResourceHandleProto.DtypeAndShape*
message VariantTensorDataProto 1 type_name string 2 metadata bytes 3 tensors TensorProto*
message AttrValue.ListValue 2 s bytes* 3 i int64* 4 f float* 5 b bool* 6 type DataType*
  7 shape TensorShapeProto* 8 tensor TensorProto* 9 func NameAttrList*
message NameAttrList 1 name string 2 attr string:AttrValue
message OpDeprecation 1 version int32 2 explanation string
message Any 1 type_url string 2 value bytes
message GraphDef 1 node NodeDef* 2 library FunctionDefLibrary 3 version int32
  4 versions VersionDef
message NodeDef 1 name string 2 op string 3 input string* 4 device string 5 attr string:AttrValue
message VersionDef 1 producer int32 2 min_consumer int32 3 bad_consumers int32*
message FunctionDefLibrary 1 function FunctionDef* 2 gradient GradientDef*
  3 registered_gradients RegisteredGradient*
message FunctionDef 1 signature OpDef 2 node FunctionDef.Node* 3 node_def NodeDef*
  4 ret string:string 5 attr string:AttrValue 6 control_ret string:string
  7 arg_attr uint32:FunctionDef.ArgAttrs 8 resource_arg_unique_id uint32:uint32
message FunctionDef.Node 1 ret string* 2 op string 3 arg string* 4 dep string*
  5 attr string:AttrValue
message FunctionDef.ArgAttrs 1 attr string:AttrValue
message GradientDef 1 function_name string 2 gradient_func string
message RegisteredGradient 1 gradient_func string 2 registered_op_type string
message SaverDef 1 filename_tensor_name string 2 save_tensor_name string 3 restore_op_name string
  4 max_to_keep int32 5 sharded bool 6 keep_checkpoint_every_n_hours float
  7 version SaverDef.CheckpointFormatVersion
message CollectionDef 1 node_list CollectionDef.NodeList 2 bytes_list CollectionDef.BytesList
  3 int64_list CollectionDef.Int64List 4 float_list CollectionDef.FloatList
  5 any_list CollectionDef.AnyList
message CollectionDef.NodeList 1 value string*
message CollectionDef.BytesList 1 value bytes*
message CollectionDef.Int64List 1 value int64*
message CollectionDef.FloatList 1 value float*
message CollectionDef.AnyList 1 value Any*
message SignatureDef 1 inputs string:TensorInfo 2 outputs string:TensorInfo 3 method_name string
  4 defaults string:TensorProto
message TensorInfo 1 name string 2 dtype DataType 3 tensor_shape TensorShapeProto
  4 coo_sparse TensorInfo.CooSparse 5 composite_tensor TensorInfo.CompositeTensor
message TensorInfo.CooSparse 1 values_tensor_name string 2 indices_tensor_name string
  3 dense_shape_tensor_name string
message TensorInfo.CompositeTensor 1 type_spec TypeSpecProto 2 components TensorInfo*
message TypeSpecProto 1 type_spec_class TypeSpecProto.TypeSpecClass 2 type_state StructuredValue
  3 type_spec_class_name string 4 num_flat_components int32
message StructuredValue 1 none_value NoneValue 11 float64_value double 12 int64_value sint64
  13 string_value string 14 bool_value bool 31 tensor_shape_value TensorShapeProto
  32 tensor_dtype_value DataType 33 tensor_spec_value TensorSpecProto
  34 type_spec_value TypeSpecProto 35 bounded_tensor_spec_value BoundedTensorSpecProto
  51 list_value ListValue 52 tuple_value TupleValue 53 dict_value DictValue
  54 named_tuple_value NamedTupleValue 55 tensor_value TensorProto 56 numpy_value TensorProto
message NoneValue
message TensorSpecProto 1 name string 2 shape TensorShapeProto 3 dtype DataType
message BoundedTensorSpecProto 1 name string 2 shape TensorShapeProto 3 dtype DataType
  4 minimum TensorProto 5 maximum TensorProto
message ListValue 1 values StructuredValue*
message TupleValue 1 values StructuredValue*
message DictValue 1 fields string:StructuredValue
message NamedTupleValue 1 name string 2 values PairValue*
message PairValue 1 key string 2 value StructuredValue
message AssetFileDef 1 tensor_info TensorInfo 2 filename string
message SavedObjectGraph 1 nodes SavedObject* 2 concrete_functions string:SavedConcreteFunction
message SavedObject 1 children TrackableObjectGraph.TrackableObject.ObjectReference*
  3 slot_variables TrackableObjectGraph.TrackableObject.SlotVariableReference*
  4 user_object SavedUserObject 5 asset SavedAsset 6 function SavedFunction
  7 variable SavedVariable 8 bare_concrete_function SavedBareConcreteFunction
  9 constant SavedConstant 10 resource SavedResource 11 saveable_objects string:SaveableObject
  12 captured_tensor CapturedTensor 13 registered_name string 14 serialized_user_proto Any
  15 dependencies TrackableObjectGraph.TrackableObject.ObjectReference* 16 registered_saver string
message TrackableObjectGraph.TrackableObject.ObjectReference 1 node_id int32 2 local_name string
message TrackableObjectGraph.TrackableObject.SlotVariableReference
  1 original_variable_node_id int32 2 slot_name string 3 slot_variable_node_id int32
message SavedUserObject 1 identifier string 2 version VersionDef 3 metadata string
message SavedAsset 1 asset_file_def_index int32
message SavedFunction 1 concrete_functions string* 2 function_spec FunctionSpec
message FunctionSpec 1 fullargspec StructuredValue 2 is_method bool
  5 input_signature StructuredValue 6 jit_compile FunctionSpec.JitCompile
message SavedVariable 1 dtype DataType 2 shape TensorShapeProto 3 trainable bool
  4 synchronization VariableSynchronization 5 aggregation VariableAggregation 6 name string
  7 device string 8 experimental_distributed_variable_components SavedVariable*
message SavedBareConcreteFunction 1 concrete_function_name string 2 argument_keywords string*
  3 allowed_positional_arguments int64 4 function_spec FunctionSpec
message SavedConstant 1 operation string
message SavedResource 1 device string
message CapturedTensor 1 name string 2 concrete_function string
message SaveableObject 2 save_function int32 3 restore_function int32
message SavedConcreteFunction 2 bound_inputs int32*
  3 canonicalized_input_signature StructuredValue 4 output_signature StructuredValue
message TrackableObjectGraph 1 nodes TrackableObjectGraph.TrackableObject*
message TrackableObjectGraph.TrackableObject
  1 children TrackableObjectGraph.TrackableObject.ObjectReference*
  2 attributes TrackableObjectGraph.TrackableObject.SerializedTensor*
  3 slot_variables TrackableObjectGraph.TrackableObject.SlotVariableReference*
  4 registered_saver RegisteredSaver 5 has_checkpoint_values BoolValue
message TrackableObjectGraph.TrackableObject.SerializedTensor 1 name string 2 full_name string
  3 checkpoint_key string
message RegisteredSaver 1 name string 2 object_name string
message BoolValue 1 value bool
message VariableDef 1 variable_name string 2 initializer_name string 3 snapshot_name string
  4 save_slice_info_def SaveSliceInfoDef 5 is_resource bool 6 initial_value_name string
  7 trainable bool 8 synchronization VariableSynchronization 9 aggregation VariableAggregation
message SaveSliceInfoDef 1 full_name string 2 full_shape int64* 3 var_offset int64*
  4 var_shape int64*
enum DataType 0 DT_INVALID 1 DT_FLOAT 2 DT_DOUBLE 3 DT_INT32 4 DT_UINT8 5 DT_INT16 6 DT_INT8
  7 DT_STRING 8 DT_COMPLEX64 9 DT_INT64 10 DT_BOOL 11 DT_QINT8 12 DT_QUINT8 13 DT_QINT32
  14 DT_BFLOAT16 15 DT_QINT16 16 DT_QUINT16 17 DT_UINT16 18 DT_COMPLEX128 19 DT_HALF
  20 DT_RESOURCE 21 DT_VARIANT 22 DT_UINT32 23 DT_UINT64 24 DT_FLOAT8_E5M2 25 DT_FLOAT8_E4M3FN
  26 DT_FLOAT8_E4M3FNUZ 27 DT_FLOAT8_E4M3B11FNUZ 28 DT_FLOAT8_E5M2FNUZ 29 DT_INT4 30 DT_UINT4
  31 DT_INT2 32 DT_UINT2 33 DT_FLOAT4_E2M1FN 101 DT_FLOAT_REF 102 DT_DOUBLE_REF 103 DT_INT32_REF
  104 DT_UINT8_REF 105 DT_INT16_REF 106 DT_INT8_REF 107 DT_STRING_REF 108 DT_COMPLEX64_REF
  109 DT_INT64_REF 110 DT_BOOL_REF 111 DT_QINT8_REF 112 DT_QUINT8_REF 113 DT_QINT32_REF
  114 DT_BFLOAT16_REF 115 DT_QINT16_REF 116 DT_QUINT16_REF 117 DT_UINT16_REF 118 DT_COMPLEX128_REF
  119 DT_HALF_REF 120 DT_RESOURCE_REF 121 DT_VARIANT_REF 122 DT_UINT32_REF 123 DT_UINT64_REF
  124 DT_FLOAT8_E5M2_REF 125 DT_FLOAT8_E4M3FN_REF 126 DT_FLOAT8_E4M3FNUZ_REF
  127 DT_FLOAT8_E4M3B11FNUZ_REF 128 DT_FLOAT8_E5M2FNUZ_REF 129 DT_INT4_REF 130 DT_UINT4_REF
  131 DT_INT2_REF 132 DT_UINT2_REF 133 DT_FLOAT4_E2M1FN_REF
enum SaverDef.CheckpointFormatVersion 0 LEGACY 1 V1 2 V2
enum TypeSpecProto.TypeSpecClass 0 UNKNOWN 1 SPARSE_TENSOR_SPEC 2 INDEXED_SLICES_SPEC
  3 RAGGED_TENSOR_SPEC 4 TENSOR_ARRAY_SPEC 5 DATA_DATASET_SPEC 6 DATA_ITERATOR_SPEC
  7 OPTIONAL_SPEC 8 PER_REPLICA_SPEC 9 VARIABLE_SPEC 10 ROW_PARTITION_SPEC 12 REGISTERED_TYPE_SPEC
  13 EXTENSION_TYPE_SPEC
enum FunctionSpec.JitCompile 0 DEFAULT 1 ON 2 OFF
enum VariableSynchronization 0 VARIABLE_SYNCHRONIZATION_AUTO 1 VARIABLE_SYNCHRONIZATION_NONE
  2 VARIABLE_SYNCHRONIZATION_ON_WRITE 3 VARIABLE_SYNCHRONIZATION_ON_READ
enum VariableAggregation 0 VARIABLE_AGGREGATION_NONE 1 VARIABLE_AGGREGATION_SUM
  2 VARIABLE_AGGREGATION_MEAN 3 VARIABLE_AGGREGATION_ONLY_FIRST_REPLICA
)";
}

}  // namespace rill::formats
