/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Loader.c - tenon.so, what -fplugin names. It holds no symbol of LLVM, so any clang can open it; it asks whether
 * this clang is built on the LLVM that Tenon was built for, and opens tenon-clang.so, or says in one line why not.
 */
#include "TenonBuildId.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define LLVM_VERSION_NODE "LLVM_" TEXT(TENON_LLVM_MAJOR) ".1"

/* Opens a library beside this one. */
static void *open_sibling(const char *name) {
  Dl_info self;
  char path[4096];
  if (!dladdr((void *)&open_sibling, &self) || !self.dli_fname) return NULL;
  const char *slash = strrchr(self.dli_fname, '/');
  const int folder = slash ? (int)(slash - self.dli_fname) + 1 : 0;
  if (snprintf(path, sizeof path, "%.*s%s", folder, self.dli_fname, name) >= (int)sizeof path) return NULL;
  return dlopen(path, RTLD_NOW | RTLD_GLOBAL);
}

static void check_build(void *library, const char *name, const char *symbol) {
  const char *const *id = library ? (const char *const *)dlsym(library, symbol) : NULL;
  if (id && strcmp(*id, TENON_BUILD_ID) == 0) return;
  if (id)
    fprintf(stderr, "error: tenon: %s is of another build than tenon.so (%s, not %s)\n", name, *id, TENON_BUILD_ID);
  else
    fprintf(stderr, "error: tenon: cannot open %s: %s\n", name, library ? "it is not Tenon's" : dlerror());
  exit(1);
}

__attribute__((constructor)) static void load(void) {
  /* A symbol of libLLVM under the version node of the major that Tenon was built for. */
  if (!dlvsym(RTLD_DEFAULT, "LLVMContextCreate", LLVM_VERSION_NODE)) {
    fprintf(stderr, "error: tenon: this plugin is for clang " TEXT(TENON_LLVM_MAJOR) "; use clang-" TEXT(TENON_LLVM_MAJOR) "\n");
    exit(1);
  }
  check_build(open_sibling("tenon-passes.so"), "tenon-passes.so", "tenon_passes_build_id");
  check_build(open_sibling("tenon-clang.so"), "tenon-clang.so", "tenon_clang_build_id");
}
