/* The web client inside the binary. The array is written by app/tools/embed.c from www/ and the
 * vendored modules that www/vendor.list names; app/http/assets.c looks things up in it.
 * Constant: any thread. */
#ifndef HTTP_ASSETS_H
#define HTTP_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct io;
struct answer;

struct asset {
    const char *path; /* "/js/app.js"; the array is sorted by it (strcmp) */
    const char *mime;
    const char *etag; /* quoted; changes with the content */
    const unsigned char *data;
    size_t len;
    const unsigned char *gzip; /* NULL where compressing saves nothing */
    size_t gzip_len;
};

extern const struct asset assets[];
extern const size_t asset_count;

/* 32 hex digits that change with any embedded file, arena: which client this binary holds. */
const char *asset_build(struct arena *a);

/* The asset at exactly this path, or NULL. */
const struct asset *asset_find(const char *path);

/* Fills w with the file at path ("/" is "/index.html"): 200, or 304 if io's If-None-Match has it.
 * www_dir: "" for the embedded files, else the folder that is read first. What w points to is arena
 * memory or constant. false: there is no such file, w is untouched. */
bool asset_answer(struct arena *a, const struct io *io, const char *www_dir, const char *path,
                  struct answer *w);

#endif
