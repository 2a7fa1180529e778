// explains: em-library-sdl
// exports: add
int SDL_NoSuchThing(int start);
int add(int a, int b) { return SDL_NoSuchThing(a) + b; }
