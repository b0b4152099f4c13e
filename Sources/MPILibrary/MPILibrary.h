// Links the MPI that pkg-config knows; what is called of it is in CMPI.
