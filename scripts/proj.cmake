# How PROJ is compiled, for the crate `proj-sys` (named in .cargo/config.toml). Its files in groups, which PROJ
# supports since 9.4, and with little optimisation: in a first build it takes 2.5 minutes instead of 5.8, and a point from
# VN-2000 0.59 instead of 0.57 microseconds, with the same digits.
set(CMAKE_UNITY_BUILD ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O1 -DNDEBUG" CACHE STRING "C++ flags of a release")

# PROJ writes what it cannot do to standard error, in the middle of a log that is read by machines; each of its faults
# comes back as an error too, and is told in our words. With PROJ_DEBUG in the environment it speaks as it always did.
if(EXISTS "${CMAKE_SOURCE_DIR}/src/log.cpp")
    file(READ "${CMAKE_SOURCE_DIR}/src/log.cpp" LOG)
    set(SPEAKS "    fprintf(stderr, \"%s\\n\", msg);")
    set(SPEAKS_IF_ASKED "    if (getenv(\"PROJ_DEBUG\"))\n        fprintf(stderr, \"%s\\n\", msg);")
    string(FIND "${LOG}" "${SPEAKS_IF_ASKED}" IS_DONE)
    string(FIND "${LOG}" "${SPEAKS}" PLACE)
    if(IS_DONE EQUAL -1 AND PLACE EQUAL -1)
        message(FATAL_ERROR "PROJ's logger has changed: scripts/proj.cmake has to find it anew")
    elseif(IS_DONE EQUAL -1)
        string(REPLACE "${SPEAKS}" "${SPEAKS_IF_ASKED}" LOG "${LOG}")
        file(WRITE "${CMAKE_SOURCE_DIR}/src/log.cpp" "${LOG}")
    endif()
endif()
