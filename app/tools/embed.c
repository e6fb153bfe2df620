/* Turns www/ and the vendored ES modules into one C file of struct asset (app/http/assets.h), so that the binary holds
 * the web client. Usage: embed OUTPUT.c WWW_DIR. WWW_DIR/vendor.list names, one per line, a file inside
 * WWW_DIR/node_modules and the URL path it is served at. */
#include <ctype.h>
#include <dirent.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <zlib.h>

#include "tools/tool.h"

struct file {
    char *url;
    char *source; /* path on disk */
    const char *mime;
    char *data;
    size_t len;
    unsigned char *gzip; /* NULL: not smaller */
    size_t gzip_len;
    char etag[35];
};

static struct file *files;
static size_t file_count;

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

static const char *mime_of(const char *path)
{
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot != NULL && i < sizeof mimes / sizeof mimes[0]; i++)
        if (strcmp(dot, mimes[i][0]) == 0)
            return mimes[i][1];
    die("%s: embed.c knows no content type for this name", path);
}

static char *join(const char *left, const char *right)
{
    char *path;

    if (asprintf(&path, "%s/%s", left, right) < 0)
        die("out of memory");
    return path;
}

static void set_etag(struct file *f)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned hash_len;

    if (EVP_Digest(f->data, f->len, hash, &hash_len, EVP_sha256(), NULL) != 1)
        die("SHA-256 failed");
    f->etag[0] = '"';
    for (size_t i = 0; i < 16; i++)
        snprintf(f->etag + 1 + 2 * i, 3, "%02x", hash[i]);
    f->etag[33] = '"';
    f->etag[34] = '\0';
}

static void compress_file(struct file *f)
{
    z_stream z = { 0 };
    size_t room;

    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) !=
        Z_OK) /* + 16: gzip, not zlib */
        die("zlib failed");
    room = deflateBound(&z, f->len);
    f->gzip = grow(NULL, room);
    z.next_in = (unsigned char *)f->data;
    z.avail_in = (uInt)f->len;
    z.next_out = f->gzip;
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        die("%s: cannot be compressed", f->source);
    f->gzip_len = z.total_out;
    deflateEnd(&z);
    if (f->gzip_len >= f->len)
        f->gzip = NULL;
}

static void add_file(const char *source, const char *url)
{
    struct file f = { .url = strdup(url), .source = strdup(source), .mime = mime_of(source) };

    f.data = read_file(source, &f.len);
    set_etag(&f);
    compress_file(&f);
    files = grow(files, (file_count + 1) * sizeof *files);
    files[file_count++] = f;
}

/* Manifests of the build, notes for people and hidden files are no part of the client. */
static int is_skipped(const char *name)
{
    size_t len = strlen(name);

    return name[0] == '.' || strcmp(name, "node_modules") == 0 ||
           strcmp(name, "vendor.list") == 0 || strcmp(name, "package.json") == 0 ||
           strcmp(name, "package-lock.json") == 0 ||
           (len > 3 && strcmp(name + len - 3, ".md") == 0);
}

static void walk(const char *dir, const char *url)
{
    DIR *d = opendir(dir);
    const struct dirent *entry;

    if (d == NULL)
        die("%s: cannot be read", dir);
    while ((entry = readdir(d)) != NULL) {
        struct stat st;
        char *path, *below;

        if (is_skipped(entry->d_name))
            continue;
        path = join(dir, entry->d_name);
        below = join(url, entry->d_name);
        if (stat(path, &st) != 0)
            die("%s: cannot be read", path);
        if (S_ISDIR(st.st_mode))
            walk(path, below);
        else
            add_file(path, below);
    }
    closedir(d);
}

static void add_vendored(const char *www)
{
    char *list = join(www, "vendor.list"), *modules = join(www, "node_modules"), *rest, *line;
    struct stat st;
    size_t len;

    if (stat(list, &st) != 0) {
        fprintf(stderr, "warning: there is no %s: no vendored modules are embedded\n", list);
        return;
    }
    rest = read_file(list, &len);
    for (int number = 1; (line = strsep(&rest, "\n")) != NULL; number++) {
        size_t source_len = strcspn(line, " \t"), gap, url_len;
        const char *url;

        if (line[0] == '#' || source_len == strlen(line)) {
            if (line[0] != '#' && line[0] != '\0')
                die("%s:%d: expected a file inside node_modules and a URL path", list, number);
            continue;
        }
        gap = strspn(line + source_len, " \t");
        url = line + source_len + gap;
        url_len = strcspn(url, " \t\r");
        line[source_len] = '\0';
        add_file(join(modules, line), join("", strndup(url[0] == '/' ? url + 1 : url, url_len)));
    }
}

static int by_url(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->url, ((const struct file *)b)->url);
}

static void write_bytes(FILE *out, const char *prefix, size_t i, const void *data, size_t len)
{
    fprintf(out, "static const unsigned char %s%zu[] =\n    ", prefix, i);
    write_literal(out, data, len);
    fputs(";\n", out);
}

static void write_assets(FILE *out)
{
    fputs("/* Written by app/tools/embed.c from www. */\n#include \"http/assets.h\"\n\n", out);
    for (size_t i = 0; i < file_count; i++) {
        write_bytes(out, "data", i, files[i].data, files[i].len);
        if (files[i].gzip != NULL)
            write_bytes(out, "gzip", i, files[i].gzip, files[i].gzip_len);
    }
    fputs("\nconst struct asset assets[] = {\n", out);
    for (size_t i = 0; i < file_count; i++) {
        const struct file *f = &files[i];

        fprintf(out, "    { \"%s\", \"%s\", \"\\%.33s\\\"\", data%zu, %zu, ", f->url, f->mime,
                f->etag, i, f->len);
        if (f->gzip != NULL)
            fprintf(out, "gzip%zu, %zu },\n", i, f->gzip_len);
        else
            fputs("0, 0 },\n", out);
    }
    fprintf(out, "    { 0, 0, 0, 0, 0, 0, 0 }\n};\nconst size_t asset_count = %zu;\n", file_count);
}

int main(int argc, char **argv)
{
    FILE *out;

    if (argc != 3)
        die("usage: embed OUTPUT.c WWW_DIR");
    walk(argv[2], "");
    add_vendored(argv[2]);
    if (file_count > 1)
        qsort(files, file_count, sizeof *files, by_url);
    for (size_t i = 0; i + 1 < file_count; i++)
        if (strcmp(files[i].url, files[i + 1].url) == 0)
            die("%s and %s both want %s", files[i].source, files[i + 1].source, files[i].url);
    out = fopen(argv[1], "w");
    if (out == NULL)
        die("%s: cannot be written", argv[1]);
    write_assets(out);
    close_output(out, argv[1]);
    return 0;
}
