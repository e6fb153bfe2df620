/* The web client's files, from the binary or, while somebody works on them, from www_dir. */
#include "http/assets.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/str.h"
#include "http/reply.h"

#define FILE_MAX_BYTES (16 * 1024 * 1024)

/* ---- embedded ---- */

static int compare_path(const void *path, const void *asset)
{
    return strcmp(path, ((const struct asset *)asset)->path);
}

const struct asset *asset_find(const char *path)
{
    if (asset_count == 0)
        return NULL;
    return bsearch(path, assets, asset_count, sizeof(assets[0]), compare_path);
}

const char *asset_build(struct arena *a)
{
    struct buf etags = buf_new(a), hex = buf_new(a);
    uint8_t hash[32];

    for (size_t i = 0; i < asset_count; i++)
        buf_str(&etags, assets[i].etag);
    crypto_sha256(etags.data, etags.len, hash);
    for (size_t i = 0; i < sizeof hash / 2; i++)
        buf_printf(&hex, "%02x", hash[i]);
    return hex.data;
}

/* ---- from a folder ---- */

static const char *mime_of(const char *path)
{
    static const char *const mimes[][2] = {
        { ".html", "text/html; charset=utf-8" },
        { ".css", "text/css; charset=utf-8" },
        { ".js", "text/javascript; charset=utf-8" },
        { ".mjs", "text/javascript; charset=utf-8" },
        { ".json", "application/json; charset=utf-8" },
        { ".webmanifest", "application/manifest+json; charset=utf-8" },
        { ".svg", "image/svg+xml; charset=utf-8" },
        { ".png", "image/png" },
        { ".ico", "image/x-icon" },
        { ".woff2", "font/woff2" },
        { ".mp3", "audio/mpeg" },
        { ".txt", "text/plain; charset=utf-8" },
    };
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot != NULL && i < sizeof(mimes) / sizeof(mimes[0]); i++)
        if (strcmp(dot, mimes[i][0]) == 0)
            return mimes[i][1];
    return "application/octet-stream";
}

/* Opens path below dir: a regular file that is really inside, whatever links say. -1 otherwise. */
static int open_inside(struct arena *a, const char *dir, const char *path, struct stat *st_r)
{
    char root[PATH_MAX];
    char real[PATH_MAX];
    size_t root_len;
    int fd;

    /* Hidden files, and "..", are nobody's business. */
    if (strstr(path, "/.") != NULL || realpath(dir, root) == NULL ||
        realpath(arena_printf(a, "%s%s", root, path), real) == NULL)
        return -1;
    root_len = strlen(root);
    if (strncmp(real, root, root_len) != 0 || (root_len > 1 && real[root_len] != '/'))
        return -1;
    fd = open(real, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -1;
    if (fstat(fd, st_r) == 0 && S_ISREG(st_r->st_mode) && st_r->st_size <= FILE_MAX_BYTES)
        return fd;
    close(fd);
    return -1;
}

/* Reads exactly len bytes; false if the file has become shorter. */
static bool read_all(int fd, unsigned char *data, size_t len)
{
    while (len > 0) {
        ssize_t got = read(fd, data, len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        data += got;
        len -= (size_t)got;
    }
    return true;
}

/* NULL: there is no such file in dir. */
static const struct asset *load(struct arena *a, const char *dir, const char *path)
{
    struct stat st;
    int fd = open_inside(a, dir, path, &st);
    struct asset *asset;
    unsigned char *data;
    bool ok;

    if (fd < 0)
        return NULL;
    data = arena_alloc(a, (size_t)st.st_size);
    ok = read_all(fd, data, (size_t)st.st_size);
    close(fd);
    if (!ok)
        return NULL;
    asset = ARENA_NEW(a, struct asset);
    asset->path = path;
    asset->mime = mime_of(path);
    asset->etag =
        arena_printf(a, "\"%" PRIxMAX "-%" PRIxMAX "-%" PRIxMAX "\"", (uintmax_t)st.st_mtim.tv_sec,
                     (uintmax_t)st.st_mtim.tv_nsec, (uintmax_t)st.st_size);
    asset->data = data;
    asset->len = (size_t)st.st_size;
    return asset;
}

/* ---- answering ---- */

/* Has the client this version? ETags are quoted, so one found anywhere in the list is in it. */
static bool is_fresh(const struct io *io, const char *etag)
{
    const char *known = str_or_empty(io->header(io->arg, "If-None-Match"));

    return strcmp(known, "*") == 0 || strstr(known, etag) != NULL;
}

bool asset_answer(struct arena *a, const struct io *io, const char *www_dir, const char *path,
                  struct answer *w)
{
    const struct asset *asset = NULL;

    if (strcmp(path, "/") == 0)
        path = "/index.html";
    if (www_dir[0] != '\0')
        asset = load(a, www_dir, path);
    if (asset == NULL)
        asset = asset_find(path);
    if (asset == NULL)
        return false;
    w->is_page = true;
    answer_header(w, "ETag", asset->etag);
    if (asset->gzip != NULL)
        answer_header(w, "Vary", "Accept-Encoding");
    if (is_fresh(io, asset->etag)) {
        w->status = 304;
        return true;
    }
    w->status = 200;
    w->type = asset->mime;
    w->is_packed = asset->gzip != NULL && accepts_gzip(io);
    w->body = w->is_packed ? asset->gzip : asset->data;
    w->len = w->is_packed ? asset->gzip_len : asset->len;
    return true;
}
