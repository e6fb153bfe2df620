/* See depot.h. */
#include "domain/depot.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

#define OF_ACTOR_MAX 8    /* the SDKs send three parts at once; two files, and room for a picture */
#define OF_ADDRESS_MAX 16 /* forms are read before it is known whose they are */
#define DISK_CHECK_BYTES (INT64_C(16) << 20)

struct depot {
    const struct conf *conf;
    int tmp, parts, files; /* folders */
    char access_key[DEPOT_KEY_BYTES], secret_key[DEPOT_KEY_BYTES];
    pthread_mutex_t lock;
    struct spool *running; /* under lock, like their links */
};

struct spool {
    struct depot *depot;
    struct spool *next;
    int64_t actor;
    char address[48];
    int64_t limit;
    int64_t disk_checked_at; /* size at the last look at the disk */
    int fd;
    struct digest *digest; /* NULL once ended */
    bool is_part;          /* moved: nothing of it is left in tmp */
    bool is_left;
    struct spool_facts facts;
};

/* ---- the folders ---- */

static int open_folder(int below, const char *name)
{
    if (mkdirat(below, name, 0700) != 0 && errno != EEXIST)
        return -1;
    return openat(below, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void make_keys(struct depot *d, const uint8_t seed[DEPOT_SEED_BYTES])
{
    struct arena *a = arena_new();
    size_t half = DEPOT_SEED_BYTES / 2;

    snprintf(d->access_key, sizeof d->access_key, "%s", base64url_encode(a, seed, half));
    snprintf(d->secret_key, sizeof d->secret_key, "%s", base64url_encode(a, seed + half, half));
    arena_free(a);
}

struct depot *depot_new(const struct conf *conf, const uint8_t seed[DEPOT_SEED_BYTES],
                        char **error_r)
{
    struct depot *d = calloc(1, sizeof *d);
    int top = open(conf->data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (d == NULL)
        abort();
    d->conf = conf;
    d->tmp = top < 0 ? -1 : open_folder(top, "tmp");
    d->parts = top < 0 ? -1 : open_folder(top, "parts");
    d->files = top < 0 ? -1 : open_folder(top, "files");
    pthread_mutex_init(&d->lock, NULL);
    make_keys(d, seed);
    if (d->tmp >= 0 && d->parts >= 0 && d->files >= 0 && fsync(top) == 0) {
        close(top);
        return d;
    }
    if (asprintf(error_r, "data_dir: cannot make folders in %s: %s", conf->data_dir,
                 strerror(errno)) < 0)
        *error_r = NULL;
    if (top >= 0)
        close(top);
    depot_free(d);
    return NULL;
}

static void close_fd(int fd)
{
    if (fd >= 0)
        close(fd);
}

void depot_free(struct depot *d)
{
    if (d == NULL)
        return;
    assert(d->running == NULL);
    close_fd(d->tmp);
    close_fd(d->parts);
    close_fd(d->files);
    pthread_mutex_destroy(&d->lock);
    explicit_bzero(d->secret_key, sizeof d->secret_key);
    free(d);
}

const char *depot_access_key(const struct depot *d)
{
    return d->access_key;
}

const char *depot_secret_key(const struct depot *d)
{
    return d->secret_key;
}

/* Would need more bytes leave the disk as free as the operator wants it? */
static enum err check_disk(const struct depot *d, int64_t need)
{
    struct statvfs disk;
    double unit, left;

    if (fstatvfs(d->files, &disk) != 0) {
        log_error("files", "the free space of the disk: %s", strerror(errno));
        return ERR_INTERNAL;
    }
    unit = (double)disk.f_frsize;
    left = (double)disk.f_bavail * unit - (double)need;
    return left * 100 >= (double)disk.f_blocks * unit * (double)d->conf->upload_disk_floor_percent
               ? OK
               : ERR_STORAGE_FULL;
}

/* ---- spools ---- */

static enum err error_of(int code, const char *what)
{
    if (code == ENOSPC || code == EDQUOT || code == EFBIG)
        return ERR_STORAGE_FULL;
    log_error("files", "%s: %s", what, strerror(code));
    return ERR_INTERNAL;
}

/* Enters s among the running ones, unless there are too many. */
static bool enter(struct depot *d, struct spool *s)
{
    int64_t all = 0, same = 0;
    bool ok;

    pthread_mutex_lock(&d->lock);
    for (const struct spool *other = d->running; other != NULL; other = other->next) {
        all++;
        same += s->actor != 0 ? other->actor == s->actor
                              : other->actor == 0 && str_eq(other->address, s->address);
    }
    ok = all < d->conf->http_threads / 2 && same < (s->actor != 0 ? OF_ACTOR_MAX : OF_ADDRESS_MAX);
    if (ok) {
        s->next = d->running;
        d->running = s;
    }
    pthread_mutex_unlock(&d->lock);
    return ok;
}

static void leave(struct depot *d, const struct spool *s)
{
    struct spool **at = &d->running;

    pthread_mutex_lock(&d->lock);
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    pthread_mutex_unlock(&d->lock);
}

static void free_spool(struct spool *s)
{
    digest_free(s->digest);
    free(s);
}

static struct spool *make_spool(const struct ctx *cx, int64_t limit, bool with_md5)
{
    struct spool *s = calloc(1, sizeof *s);

    if (s == NULL)
        abort();
    s->depot = cx->sv->depot;
    s->actor = cx->actor;
    s->limit = limit;
    s->digest = digest_new(with_md5);
    snprintf(s->address, sizeof s->address, "%s", cx->address);
    snprintf(s->facts.name, sizeof s->facts.name, "%s", crypto_random_hex(cx->arena));
    return s;
}

enum err spool_new(struct ctx *cx, int64_t announced, int64_t limit, bool with_md5,
                   struct spool **spool_r)
{
    struct depot *d = cx->sv->depot;
    struct spool *s;
    enum err e;

    assert(d != NULL);
    e = announced > limit ? ERR_TOO_LARGE : check_disk(d, announced);
    if (e != OK)
        return e;
    s = make_spool(cx, limit, with_md5);
    if (!enter(d, s)) {
        free_spool(s);
        return ERR_BUSY;
    }
    s->fd =
        openat(d->tmp, s->facts.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (s->fd < 0) {
        e = error_of(errno, "a new file in tmp");
        leave(d, s);
        free_spool(s);
        return e;
    }
    *spool_r = s;
    return OK;
}

static enum err write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0 && errno != EINTR)
            return error_of(errno, "writing a file in tmp");
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return OK;
}

enum err spool_write(struct spool *s, const void *data, size_t len)
{
    struct spool_facts *facts = &s->facts;
    size_t room = SPOOL_HEAD_BYTES - facts->head_len;
    enum err e = OK;

    assert(s->digest != NULL);
    if ((int64_t)len > s->limit - facts->size_bytes)
        return ERR_TOO_LARGE;
    if (facts->size_bytes - s->disk_checked_at >= DISK_CHECK_BYTES) {
        s->disk_checked_at = facts->size_bytes;
        e = check_disk(s->depot, (int64_t)len);
    }
    if (e == OK)
        e = write_all(s->fd, data, len);
    if (e != OK)
        return e;
    room = len < room ? len : room;
    memcpy(facts->head + facts->head_len, data, room);
    facts->head_len += room;
    facts->size_bytes += (int64_t)len;
    digest_add(s->digest, data, len);
    return OK;
}

void spool_end(struct spool *s)
{
    digest_end(s->digest, &s->facts.sums);
    digest_free(s->digest);
    s->digest = NULL;
}

const struct spool_facts *spool_facts(const struct spool *s)
{
    return &s->facts;
}

/* Nobody waits for what is only clean-up; file_sweep does it at the next start. */
static void remove_name(int folder, const char *name)
{
    if (unlinkat(folder, name, 0) != 0 && errno != ENOENT)
        log_warn("files", "cannot remove %s: %s", name, strerror(errno));
}

void spool_drop(struct spool *s)
{
    if (s == NULL)
        return;
    close(s->fd);
    if (!s->is_part && !s->is_left)
        remove_name(s->depot->tmp, s->facts.name);
    leave(s->depot, s);
    free_spool(s);
}

void spool_leave(struct spool *s)
{
    s->is_left = true;
}

/* ---- what stays ---- */

/* The folder in which the file of that name is: its first two digits. -1: not there. */
static int open_shelf(const struct depot *d, const char *name, bool make)
{
    char shelf[3] = { name[0], name[1], '\0' };
    int fd = openat(d->files, shelf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd >= 0 || errno != ENOENT || !make)
        return fd;
    fd = open_folder(d->files, shelf);
    if (fd >= 0 && fsync(d->files) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

enum err depot_keep_file(struct spool *s)
{
    struct depot *d = s->depot;
    const char *name = s->facts.name;
    int shelf = -1;
    enum err e = OK;

    assert(s->digest == NULL);
    if (fsync(s->fd) != 0 || (shelf = open_shelf(d, name, true)) < 0 ||
        linkat(d->tmp, name, shelf, name, 0) != 0)
        e = error_of(errno, "keeping a file");
    if (e == OK && fsync(shelf) != 0) {
        e = error_of(errno, "keeping a file");
        remove_name(shelf, name);
    }
    close_fd(shelf);
    return e;
}

void depot_remove_file(struct depot *d, const char *name)
{
    int shelf = open_shelf(d, name, false);

    if (shelf < 0)
        return;
    remove_name(shelf, name);
    close(shelf);
}

enum err depot_keep_part(struct spool *s)
{
    assert(s->digest == NULL);
    /* Not synced: what a power loss took is noticed by its checksum when the parts are joined. */
    if (renameat(s->depot->tmp, s->facts.name, s->depot->parts, s->facts.name) != 0)
        return error_of(errno, "keeping a part");
    s->is_part = true;
    return OK;
}

void depot_remove_part(struct depot *d, const char *name)
{
    remove_name(d->parts, name);
}

void depot_remove_tmp(struct depot *d, const char *name)
{
    remove_name(d->tmp, name);
}

int depot_open_file(struct depot *d, const char *name)
{
    int shelf = open_shelf(d, name, false);
    int fd = shelf < 0 ? -1 : openat(shelf, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    close_fd(shelf);
    return fd;
}

int depot_open_part(struct depot *d, const char *name)
{
    return openat(d->parts, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- what a crash left ---- */

static void each(int folder, void (*visit)(void *arg, const char *name, bool is_kept), void *arg)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    struct stat st;

    if (dir == NULL) {
        log_error("files", "cannot list a folder: %s", strerror(errno));
        close_fd(fd);
        return;
    }
    while ((entry = readdir(dir)) != NULL)
        if (fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
            visit(arg, entry->d_name, st.st_nlink > 1);
    closedir(dir);
}

void depot_each_tmp(struct depot *d, void (*visit)(void *arg, const char *name, bool is_kept),
                    void *arg)
{
    each(d->tmp, visit, arg);
}

void depot_each_part(struct depot *d, void (*visit)(void *arg, const char *name, bool is_kept),
                     void *arg)
{
    each(d->parts, visit, arg);
}
