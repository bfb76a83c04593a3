# What `cmake --install` puts where: the library, its headers, its package files, the program.
