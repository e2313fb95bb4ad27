# vesica_embed(TARGET FUNCTION name HEADER file TYPE type FOLDER path FILES files...)
#
# Compiles text files into a library: generates a .cpp that defines `const std::vector<TYPE>& vesica::FUNCTION()`, one
# {name without ending, bytes} a file, declared in HEADER. An edited file rebuilds it.
set(VESICA_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/EmbedText.cmake)
function(vesica_embed TARGET)
  cmake_parse_arguments(ARG "" "FUNCTION;HEADER;TYPE;FOLDER" "FILES" ${ARGN})
  set(inputs ${ARG_FILES})
  list(TRANSFORM inputs PREPEND ${ARG_FOLDER}/)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${ARG_FUNCTION}.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DINPUTS=${inputs}" -DOUTPUT=${output} -DFUNCTION=${ARG_FUNCTION} -DHEADER=${ARG_HEADER}
            -DTYPE=${ARG_TYPE} -P ${VESICA_EMBED_SCRIPT}
    DEPENDS ${inputs} ${VESICA_EMBED_SCRIPT} VERBATIM)
  target_sources(${TARGET} PRIVATE ${output})
endfunction()
