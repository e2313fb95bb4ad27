# vesica_folder(NAME [USES folders...] [LIBRARIES targets...])
#
# Makes the static library vesica_NAME of the current folder's sources (sub-folders included) and, beside it, the test
# program vesica_NAME_test of its *_test.cpp files. A test whose suite name ends in "Slow" carries the label "slow",
# every other one the label "fast".
add_library(vesica_flags INTERFACE)
target_compile_options(vesica_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# GCC 12 sees an overlap in std::string::insert at -O2 that is not there (GCC bug 105329, fixed in GCC 13).
target_compile_options(vesica_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_include_directories(vesica_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})

function(vesica_test NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE vesica_flags ${ARG_USES} ${ARG_LIBRARIES} GTest::gtest GTest::gtest_main)
  target_compile_definitions(${NAME} PRIVATE VESICA_SOURCE_DIR="${CMAKE_SOURCE_DIR}" VESICA_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(${NAME} TEST_FILTER "-*Slow.*" DISCOVERY_MODE PRE_TEST PROPERTIES LABELS fast TIMEOUT 300)
  gtest_discover_tests(${NAME} TEST_FILTER "*Slow.*" TEST_LIST ${NAME}_slow DISCOVERY_MODE PRE_TEST
                       PROPERTIES LABELS slow TIMEOUT 1500)
endfunction()

function(vesica_folder NAME)
  cmake_parse_arguments(ARG "" "" "USES;LIBRARIES;TEST_USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(uses ${ARG_USES})
  list(TRANSFORM uses PREPEND vesica_)
  set(test_uses ${ARG_TEST_USES})
  list(TRANSFORM test_uses PREPEND vesica_)
  add_library(vesica_${NAME} STATIC ${sources})
  target_link_libraries(vesica_${NAME} PUBLIC vesica_flags fmt::fmt ${uses} PRIVATE ${ARG_LIBRARIES})
  if(VESICA_TESTS AND tests)
    vesica_test(vesica_${NAME}_test SOURCES ${tests} USES vesica_${NAME} ${test_uses} LIBRARIES ${ARG_LIBRARIES})
  endif()
endfunction()
