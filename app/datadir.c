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

bool datadir_jwt_key(const char *path, uint8_t key_r[JWT_KEY_BYTES], char **error_r)
{
    char file[4096];
    int fd;
    ssize_t n;

    snprintf(file, sizeof file, "%s/jwt.key", path);
    fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        crypto_random(key_r, JWT_KEY_BYTES);
        return datadir_write(path, "jwt.key", key_r, JWT_KEY_BYTES) ||
               fail(error_r, "write", file, strerror(errno));
    }
    if (fd < 0)
        return fail(error_r, "read", file, strerror(errno));
    n = read(fd, key_r, JWT_KEY_BYTES);
    close(fd);
    return n == JWT_KEY_BYTES ||
           fail(error_r, "use", file,
                "it is not 32 bytes long; remove it to sign everybody out and make a new one");
}
