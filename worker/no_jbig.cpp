// SPDX-License-Identifier: Apache-2.0
// The names that Debian's libtiff wants of libjbig, for the folder of `make dist`: every one refuses. Vesica reads no
// fax-coded TIFF, so none is ever called.
extern "C" {

constexpr int kRefused = 1;  // anything but JBG_EOK (0)

int jbg_dec_in(void*, unsigned char*, unsigned long, unsigned long*) { return kRefused; }
unsigned long jbg_dec_getsize(const void*) { return 0; }
void jbg_dec_init(void*) {}
void jbg_dec_free(void*) {}
unsigned char* jbg_dec_getimage(const void*, int) { return nullptr; }
void jbg_enc_init(void*, unsigned long, unsigned long, int, unsigned char**,
                  void (*)(unsigned char*, unsigned long, void*), void*) {}
void jbg_enc_out(void*) {}
void jbg_enc_free(void*) {}
void jbg_newlen(unsigned char*, unsigned long) {}
const char* jbg_strerror(int) { return "JBIG is not read"; }

}  // extern "C"
