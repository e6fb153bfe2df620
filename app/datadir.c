/* See datadir.h. */
#include "datadir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(char **error_r, const char *what, const char *path, const char *why)
{
    if (asprintf(error_r, "data_dir: cannot %s %s: %s", what, path, why) < 0)
        *error_r = NULL;
    return false;
}

bool datadir_open(const char *path, char **error_r)
{
    char file[4096];
    int fd;

    umask(077);
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return fail(error_r, "make", path, strerror(errno));
    snprintf(file, sizeof file, "%s/lock", path);
    fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
              0600); /* kept open: the lock lives as long as we do */
    if (fd < 0)
        return fail(error_r, "write to", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return fail(error_r, "use", path, "another chatd is running on it");
    return true;
}

bool datadir_is_used(const char *path)
{
    char file[4096];
    bool used;
    int fd;

    snprintf(file, sizeof file, "%s/lock", path);
    fd = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    used = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;
    if (fd >= 0)
        close(fd);
    return used;
}

static bool write_all(int fd, const void *data, size_t len)
{
    for (const char *p = data; len > 0;) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno != EINTR)
            return false;
        p += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

bool datadir_write(const char *path, const char *name, const void *data, size_t len)
{
    char file[4096], temporary[4096];
    int fd;
    bool ok;

    snprintf(file, sizeof file, "%s/%s", path, name);
    snprintf(temporary, sizeof temporary, "%s/%s.new", path, name);
    fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    ok = write_all(fd, data, len) && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok && rename(temporary, file) == 0 && sync_folder(path);
}

/* Reads PATH/name, or makes it of random bytes. loss: what removing it means. */
static bool random_key(const char *path, const char *name, uint8_t *key_r, size_t len,
                       const char *loss, char **error_r)
{
    char file[4096], why[160];
    int fd;
    ssize_t n;

    snprintf(file, sizeof file, "%s/%s", path, name);
    fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        crypto_random(key_r, len);
        return datadir_write(path, name, key_r, len) ||
               fail(error_r, "write", file, strerror(errno));
    }
    if (fd < 0)
        return fail(error_r, "read", file, strerror(errno));
    n = read(fd, key_r, len);
    close(fd);
    snprintf(why, sizeof why, "it is not %zu bytes long; remove it to %s and make a new one", len,
             loss);
    return n == (ssize_t)len || fail(error_r, "use", file, why);
}

bool datadir_jwt_key(const char *path, uint8_t key_r[JWT_KEY_BYTES], char **error_r)
{
    return random_key(path, "jwt.key", key_r, JWT_KEY_BYTES, "sign everybody out", error_r);
}

bool datadir_upload_key(const char *path, uint8_t *key_r, size_t len, char **error_r)
{
    return random_key(path, "upload.key", key_r, len, "end all upload tokens", error_r);
}
