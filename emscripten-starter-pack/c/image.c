// A filter over a canvas's pixels: four bytes each, red, green, blue and opacity.
// The same loop twice; -msimd128 decides which one is compiled.
#include <stdint.h>
#include <stdlib.h>

uint8_t *make_pixels(int count) {
  return malloc((size_t)count * 4);
}

void free_pixels(uint8_t *pixels) {
  free(pixels);
}

#ifdef __wasm_simd128__
#include <wasm_simd128.h>

// Sixteen bytes, four pixels, at a time.
void invert(uint8_t *pixels, int count) {
  const v128_t colours = wasm_i32x4_splat(0x00FFFFFF);
  int i = 0;
  for (; i + 4 <= count; i += 4) {
    v128_t four = wasm_v128_load(pixels + i * 4);
    wasm_v128_store(pixels + i * 4, wasm_v128_xor(four, colours));
  }
  for (; i < count; i++) {
    for (int c = 0; c < 3; c++) pixels[i * 4 + c] ^= 0xFF;
  }
}

// A weighted sum of red, green and blue; the weights are parts of 256.
void grey(uint8_t *pixels, int count) {
  const v128_t low = wasm_i32x4_splat(0xFF);
  const v128_t red = wasm_i32x4_splat(77), green = wasm_i32x4_splat(150), blue = wasm_i32x4_splat(29);
  int i = 0;
  for (; i + 4 <= count; i += 4) {
    v128_t four = wasm_v128_load(pixels + i * 4);
    v128_t r = wasm_v128_and(four, low);
    v128_t g = wasm_v128_and(wasm_u32x4_shr(four, 8), low);
    v128_t b = wasm_v128_and(wasm_u32x4_shr(four, 16), low);
    v128_t sum = wasm_i32x4_add(wasm_i32x4_mul(r, red),
                                wasm_i32x4_add(wasm_i32x4_mul(g, green), wasm_i32x4_mul(b, blue)));
    v128_t y = wasm_u32x4_shr(sum, 8);
    v128_t three = wasm_v128_or(y, wasm_v128_or(wasm_i32x4_shl(y, 8), wasm_i32x4_shl(y, 16)));
    v128_t opacity = wasm_v128_and(four, wasm_i32x4_splat(0xFF000000));
    wasm_v128_store(pixels + i * 4, wasm_v128_or(three, opacity));
  }
  for (; i < count; i++) {
    uint8_t *p = pixels + i * 4;
    p[0] = p[1] = p[2] = (p[0] * 77 + p[1] * 150 + p[2] * 29) >> 8;
  }
}

#else

void invert(uint8_t *pixels, int count) {
  for (int i = 0; i < count; i++) {
    for (int c = 0; c < 3; c++) pixels[i * 4 + c] ^= 0xFF;
  }
}

void grey(uint8_t *pixels, int count) {
  for (int i = 0; i < count; i++) {
    uint8_t *p = pixels + i * 4;
    p[0] = p[1] = p[2] = (p[0] * 77 + p[1] * 150 + p[2] * 29) >> 8;
  }
}

#endif
