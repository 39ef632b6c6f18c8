# How PROJ is compiled, for the crate `proj-sys` (named in .cargo/config.toml). Its files in groups, which PROJ
# supports since 9.4, and with little optimisation: in a first build it takes 2.5 minutes instead of 5.8, and a point from
# VN-2000 0.59 instead of 0.57 microseconds, with the same digits.
set(CMAKE_UNITY_BUILD ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O1 -DNDEBUG" CACHE STRING "C++ flags of a release")
