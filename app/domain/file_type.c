/* See file_type.h. */
#include "domain/file_type.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"

/* Bytes that stand at an offset, and perhaps others further on. */
struct magic {
    size_t at;
    const char *bytes;
    size_t len;
    size_t and_at;
    const char *and_bytes;
    struct file_type type;
};

#define M(offset, text) .at = (offset), .bytes = (text), .len = sizeof(text) - 1

static const struct magic magics[] = {
    { M(0, "\x89PNG\r\n\x1a\n"), .type = { "image/png", ".png" } },
    { M(0, "\xff\xd8\xff"), .type = { "image/jpeg", ".jpg" } },
    { M(0, "GIF87a"), .type = { "image/gif", ".gif" } },
    { M(0, "GIF89a"), .type = { "image/gif", ".gif" } },
    { M(0, "RIFF"), .and_at = 8, .and_bytes = "WEBP", .type = { "image/webp", ".webp" } },
    { M(4, "ftypavif"), .type = { "image/avif", ".avif" } },
    { M(4, "ftypheic"), .type = { "image/heic", ".heic" } },
    { M(0, "RIFF"), .and_at = 8, .and_bytes = "WAVE", .type = { "audio/wav", ".wav" } },
    { M(0, "ID3"), .type = { "audio/mpeg", ".mp3" } },
    { M(0, "\xff\xfb"), .type = { "audio/mpeg", ".mp3" } },
    { M(0, "\xff\xf3"), .type = { "audio/mpeg", ".mp3" } },
    { M(0, "\xff\xf1"), .type = { "audio/aac", ".aac" } },
    { M(0, "\xff\xf9"), .type = { "audio/aac", ".aac" } },
    { M(0, "fLaC"), .type = { "audio/flac", ".flac" } },
    { M(0, "#!AMR"), .type = { "audio/amr", ".amr" } },
    { M(4, "ftypM4A "), .type = { "audio/mp4", ".m4a" } },
    { M(0, "OggS"), .and_at = 28, .and_bytes = "\x80theora", .type = { "video/ogg", ".ogv" } },
    { M(0, "OggS"), .type = { "audio/ogg", ".ogg" } },
    { M(4, "ftypqt  "), .type = { "video/quicktime", ".mov" } },
    { M(4, "ftypisom"), .type = { "video/mp4", ".mp4" } },
    { M(4, "ftypiso"), .type = { "video/mp4", ".mp4" } },
    { M(4, "ftypmp4"), .type = { "video/mp4", ".mp4" } },
    { M(4, "ftypavc1"), .type = { "video/mp4", ".mp4" } },
    { M(4, "ftypM4V "), .type = { "video/mp4", ".mp4" } },
    { M(4, "ftyp3gp"), .type = { "video/3gpp", ".3gp" } },
};

static bool has_bytes(const char *head, size_t len, size_t at, const char *bytes, size_t count)
{
    return len >= at + count && memcmp(head + at, bytes, count) == 0;
}

struct file_type file_type_of(const void *data, size_t len)
{
    const char *head = data;

    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        const struct magic *m = &magics[i];

        if (has_bytes(head, len, m->at, m->bytes, m->len) &&
            (m->and_bytes == NULL ||
             has_bytes(head, len, m->and_at, m->and_bytes, strlen(m->and_bytes))))
            return m->type;
    }
    /* WebM is Matroska that says so, somewhere in its first bytes. */
    if (has_bytes(head, len, 0, "\x1a\x45\xdf\xa3", 4) && memmem(head, len, "webm", 4) != NULL)
        return (struct file_type){ "video/webm", ".webm" };
    return (struct file_type){ FILE_TYPE_UNKNOWN, "" };
}

const char *file_extension_of(struct arena *a, const char *name)
{
    static const char *const active[] = { "html", "htm",  "shtml", "xhtml", "xht",  "mht", "mhtml",
                                          "svg",  "svgz", "xml",   "xsl",   "xslt", "js",  "mjs",
                                          "css",  "php",  "jsp",   "asp",   "aspx", "cgi", "swf" };
    const char *dot = strrchr(name, '.');
    size_t len = dot == NULL || dot == name ? 0 : strlen(dot + 1);
    char *extension;

    if (len < 1 || len > 8)
        return "";
    extension = arena_strdup(a, dot);
    for (char *p = extension + 1; *p != '\0'; p++) {
        if ((unsigned char)*p >= 128 || !isalnum((unsigned char)*p))
            return "";
        *p = (char)tolower((unsigned char)*p);
    }
    for (size_t i = 0; i < sizeof active / sizeof active[0]; i++)
        if (str_eq(extension + 1, active[i]))
            return "";
    return extension;
}
