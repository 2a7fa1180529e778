// explains: export-not-found
// exports: ad_and_log

int add_and_log(void) { return 1; }
