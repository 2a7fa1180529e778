#!/bin/sh
# Builds every example, one command each.
# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one.
set -eu
cd "$(dirname "$0")/.."
mkdir -p dist

# hello_stdio
${EMCC:-emcc} c/hello_stdio.c -O2 -sENVIRONMENT=web,worker -sEXIT_RUNTIME=1 -sINCOMING_MODULE_JS_API=arguments,print,printErr,stdin,onExit,locateFile -o dist/hello_stdio.mjs

# hello_stdio_page
${EMCC:-emcc} c/hello_stdio.c -O2 -sMINIFY_HTML=0 -o dist/hello_stdio_page.html

# hello_stdio_wasi
${EMCC:-emcc} c/hello_stdio.c -O2 -o dist/hello_stdio_wasi.wasm

# hello_export
${EMCC:-emcc} c/hello_export.c -O2 -sEXPORTED_FUNCTIONS=_add -sENVIRONMENT=web,worker -o dist/hello_export.mjs

# strings
${EMCC:-emcc} c/strings.c -O2 -sEXPORTED_FUNCTIONS=_bytes,_code_points,_shout,_greet,_give_back,_not_given_back,_malloc,_free -sENVIRONMENT=web,worker -sEXPORTED_RUNTIME_METHODS=ccall,cwrap,UTF8ToString,stringToUTF8,lengthBytesUTF8 -o dist/strings.mjs

# arrays
${EMCC:-emcc} c/arrays.c -O2 -sEXPORTED_FUNCTIONS=_sum,_scale,_make_array,_free_array,_make_memory_grow -sENVIRONMENT=web,worker -sALLOW_MEMORY_GROWTH -sEXPORTED_RUNTIME_METHODS=HEAPF64 -o dist/arrays.mjs

# callbacks
${EMCC:-emcc} c/callbacks.c -O2 -sEXPORTED_FUNCTIONS=_for_each,_part_of_day,_largest -sENVIRONMENT=web,worker -sALLOW_TABLE_GROWTH -sEXPORTED_RUNTIME_METHODS=addFunction,removeFunction,ccall,UTF8ToString -o dist/callbacks.mjs

# files
${EMCC:-emcc} c/files.c -O2 -sEXPORTED_FUNCTIONS=_mount_saved,_show,_append -sENVIRONMENT=web,worker -sFORCE_FILESYSTEM -lidbfs.js -sEXPORTED_RUNTIME_METHODS=ccall,FS --preload-file assets/poem.txt@/poem.txt -o dist/files.mjs

# image
${EMCC:-emcc} c/image.c -O2 -fno-vectorize -fno-slp-vectorize -sEXPORTED_FUNCTIONS=_make_pixels,_free_pixels,_invert,_grey -sENVIRONMENT=web,worker -sALLOW_MEMORY_GROWTH -sEXPORTED_RUNTIME_METHODS=HEAPU8 -o dist/image.mjs

# image_simd
${EMCC:-emcc} c/image.c -O2 -msimd128 -sEXPORTED_FUNCTIONS=_make_pixels,_free_pixels,_invert,_grey -sENVIRONMENT=web,worker -sALLOW_MEMORY_GROWTH -sEXPORTED_RUNTIME_METHODS=HEAPU8 -o dist/image_simd.mjs

# cpp_embind
${EMXX:-em++} c/cpp_embind.cpp -O2 -sENVIRONMENT=web,worker --no-entry -lembind -o dist/cpp_embind.mjs

# async
${EMCC:-emcc} c/async.c -O2 -sEXPORTED_FUNCTIONS=_sum_of_squares -sENVIRONMENT=web,worker -sASYNCIFY -sASYNCIFY_IMPORTS=js_slow_square -sEXPORTED_RUNTIME_METHODS=ccall -o dist/async.mjs

# threads
${EMCC:-emcc} c/threads.c -O2 -pthread -sEXPORTED_FUNCTIONS=_start_counting,_with_lock,_without_lock -sENVIRONMENT=web,worker -sPTHREAD_POOL_SIZE=4 -sEXPORTED_RUNTIME_METHODS=PThread -o dist/threads.mjs

# syscalls
${EMCC:-emcc} c/syscalls.c -O2 -sEXPORTED_FUNCTIONS=_main -sENVIRONMENT=web,worker -sINCOMING_MODULE_JS_API=print,printErr,instantiateWasm,locateFile -o dist/syscalls.mjs

# syscalls_wasi
${EMCC:-emcc} c/syscalls.c -O2 -o dist/syscalls_wasi.wasm

# size_O0
${EMCC:-emcc} c/hello_stdio.c -O0 -g0 -sENVIRONMENT=web,worker -o dist/size_O0.mjs

# size_O1
${EMCC:-emcc} c/hello_stdio.c -O1 -g0 -sENVIRONMENT=web,worker -o dist/size_O1.mjs

# size_O2
${EMCC:-emcc} c/hello_stdio.c -O2 -g0 -sENVIRONMENT=web,worker -o dist/size_O2.mjs

# size_O3
${EMCC:-emcc} c/hello_stdio.c -O3 -g0 -sENVIRONMENT=web,worker -o dist/size_O3.mjs

# size_Os
${EMCC:-emcc} c/hello_stdio.c -Os -g0 -sENVIRONMENT=web,worker -o dist/size_Os.mjs

# size_Oz
${EMCC:-emcc} c/hello_stdio.c -Oz -g0 -sENVIRONMENT=web,worker -o dist/size_Oz.mjs

# size_Oz_closure
if [ -n "${EM_CLOSURE_COMPILER:-}" ] || [ -d "$(dirname "$(command -v ${EMCC:-emcc})")/node_modules/google-closure-compiler" ]; then
  ${EMCC:-emcc} c/hello_stdio.c -Oz -g0 -sENVIRONMENT=web,worker --closure 1 -o dist/size_Oz_closure.mjs
else
  echo "size_Oz_closure waits: set EM_CLOSURE_COMPILER to a Closure compiler (wasmlab setup closure gets one, wasmlab doctor says where)" >&2
fi
