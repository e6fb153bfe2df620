/* See backup.h. */
#include "domain/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "db/rows.h"
#include "domain/admin.h"

#define NAME_FORMAT "%Y%m%dT%H%M%SZ"
#define NAME_BYTES 32
#define PATH_BYTES 4200

/* ---- the folder ---- */

/* What a data folder holds that is of the running server, or only on its way somewhere else. */
static bool is_passing(const char *name)
{
    static const char *const list[] = { "lock", "chatd.db", "chatd.db-wal", "chatd.db-shm",
                                        "tmp",  "parts",    "outbox",       "backups" };
    size_t len = strlen(name);

    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (strcmp(name, list[i]) == 0)
            return true;
    return len > 4 && strcmp(name + len - 4, ".new") == 0;
}

static bool copy_bytes(int in, int out)
{
    char buffer[65536];
    ssize_t n;

    while ((n = read(in, buffer, sizeof buffer)) > 0)
        for (ssize_t at = 0; at < n;) {
            ssize_t written = write(out, buffer + at, (size_t)(n - at));
            if (written < 0)
                return false;
            at += written;
        }
    return n == 0 && fsync(out) == 0;
}

static bool copy_file(int from, int to, const char *name)
{
    int in = openat(from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int out =
        in < 0 ? -1 : openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = out >= 0 && copy_bytes(in, out);
    int error = errno;

    if (in >= 0)
        close(in);
    if (out >= 0)
        ok = close(out) == 0 && ok;
    errno = error;
    return ok;
}

/* A file that was removed since its name was read is no longer wanted; one that was taken along
 * before is there. */
static bool take_stored(int from, int to, const char *name, struct backup *b)
{
    struct stat st;
    bool ok = linkat(from, name, to, name, 0) == 0;

    if (!ok && (errno == EEXIST || errno == ENOENT))
        return true;
    ok = ok || copy_file(from, to, name);
    if (ok && fstatat(to, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        b->files++;
        b->file_bytes += st.st_size;
    }
    return ok;
}

static bool copy_folder(int from, int to, bool is_top, struct backup *b);

static bool copy_subfolder(int from, int to, const char *name, struct backup *b)
{
    int source = openat(from, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), target = -1;
    bool ok = source >= 0 && (mkdirat(to, name, 0700) == 0 || errno == EEXIST);

    if (ok)
        target = openat(to, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    ok = target >= 0 && copy_folder(source, target, false, b);
    if (source >= 0)
        close(source);
    if (target >= 0)
        close(target);
    return ok;
}

static bool copy_entry(int from, int to, const char *name, bool is_top, struct backup *b)
{
    struct stat st;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (is_top && is_passing(name)))
        return true;
    if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT;
    if (S_ISDIR(st.st_mode))
        return copy_subfolder(from, to, name, b);
    if (!S_ISREG(st.st_mode))
        return true;
    if (!is_top)
        return take_stored(from, to, name, b);
    return copy_file(from, to, name) || errno == EEXIST;
}

/* Adds what is missing in to; on disk when this returns true. Otherwise errno tells. */
static bool copy_folder(int from, int to, bool is_top, struct backup *b)
{
    DIR *folder = fdopendir(dup(from));
    struct dirent *entry;
    bool ok = folder != NULL;

    if (ok)
        rewinddir(folder);
    while (ok && (entry = readdir(folder)) != NULL)
        ok = copy_entry(from, to, entry->d_name, is_top, b);
    if (folder != NULL) {
        int error = errno;
        closedir(folder);
        errno = error;
    }
    return ok && fsync(to) == 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static bool remove_folder(const char *path)
{
    return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0;
}

static bool cannot(char **error_r, const char *what, const char *path)
{
    if (asprintf(error_r, "cannot %s %s: %s", what, path, strerror(errno)) < 0)
        *error_r = NULL;
    return false;
}

/* What a row of the store's copy names must be there: files are taken along before it, for those
 * removed meanwhile, and after it, for those that came. */
static bool fill(const char *data_dir, const char *path, struct backup *b, char **error_r)
{
    int from = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int to = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char store[PATH_BYTES], copy[PATH_BYTES + 16];
    bool ok = from >= 0 && to >= 0;

    if (!ok)
        cannot(error_r, "open", from < 0 ? data_dir : path);
    else if (!(ok = copy_folder(from, to, true, b)))
        cannot(error_r, "copy the files to", path);
    snprintf(store, sizeof store, "%s/chatd.db", data_dir);
    snprintf(copy, sizeof copy, "%s/chatd.db", path);
    ok = ok && db_backup(store, copy, &b->store_bytes, error_r);
    if (ok && !(ok = copy_folder(from, to, true, b)))
        cannot(error_r, "copy the files to", path);
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    return ok;
}

bool backup_make(const char *data_dir, const char *path, struct backup *b_r, char **error_r)
{
    char unfinished[PATH_BYTES];

    *b_r = (struct backup){ 0 };
    if (access(path, F_OK) == 0) {
        errno = EEXIST;
        return cannot(error_r, "make", path);
    }
    snprintf(unfinished, sizeof unfinished, "%s.new", path);
    remove_folder(unfinished);
    if (mkdir(unfinished, 0700) != 0)
        return cannot(error_r, "make", unfinished);
    if (!fill(data_dir, unfinished, b_r, error_r)) {
        remove_folder(unfinished);
        return false;
    }
    return rename(unfinished, path) == 0 || cannot(error_r, "make", path);
}

/* ---- for administrators ---- */

static bool is_name(const char *name)
{
    struct tm tm = { 0 };
    const char *end = strptime(name, NAME_FORMAT, &tm);

    return end != NULL && *end == '\0' && strlen(name) < NAME_BYTES;
}

static int64_t time_of(const char *name)
{
    struct tm tm = { 0 };

    strptime(name, NAME_FORMAT, &tm);
    return (int64_t)timegm(&tm) * 1000;
}

static int newest_first(const void *a, const void *b)
{
    const struct backup *x = a, *y = b;

    return strcmp(y->name, x->name);
}

static void list_all(struct ctx *cx, struct backup **list_r, size_t *count_r)
{
    struct rows rows = rows_new(cx->arena, sizeof(struct backup));
    char path[PATH_BYTES];
    struct dirent *entry;
    DIR *folder;

    snprintf(path, sizeof path, "%s/backups", cx->sv->conf->data_dir);
    folder = opendir(path);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char *store = arena_printf(cx->arena, "%s/%s/chatd.db", path, entry->d_name);
        struct stat st;
        if (is_name(entry->d_name) && stat(store, &st) == 0)
            *(struct backup *)rows_add(&rows) =
                (struct backup){ .name = arena_strdup(cx->arena, entry->d_name),
                                 .made_at_ms = time_of(entry->d_name),
                                 .store_bytes = st.st_size };
    }
    if (folder != NULL)
        closedir(folder);
    if (rows.count > 0)
        qsort(rows.items, rows.count, sizeof(struct backup), newest_first);
    *list_r = rows.items;
    *count_r = rows.count;
}

static bool has_room(const char *data_dir)
{
    char store[PATH_BYTES];
    struct statvfs disk;
    struct stat st;

    snprintf(store, sizeof store, "%s/chatd.db", data_dir);
    return stat(store, &st) != 0 || statvfs(data_dir, &disk) != 0 ||
           (int64_t)disk.f_bavail * (int64_t)disk.f_frsize > st.st_size * 2;
}

static void remove_oldest(struct ctx *cx, const char *path)
{
    struct backup *list;
    size_t count;

    list_all(cx, &list, &count);
    for (size_t i = BACKUPS_KEPT; i < count; i++)
        if (!remove_folder(arena_printf(cx->arena, "%s/%s", path, list[i].name)))
            log_warn("backup", "cannot remove %s: %s", list[i].name, strerror(errno));
}

static enum err make_locked(struct ctx *cx, const char *path, struct backup *b_r)
{
    char name[NAME_BYTES], *error = NULL;
    time_t now = (time_t)(ctx_now(cx) / 1000);
    struct tm tm;

    if (!has_room(cx->sv->conf->data_dir))
        return ERR_STORAGE_FULL;
    strftime(name, sizeof name, NAME_FORMAT, gmtime_r(&now, &tm));
    if (access(arena_printf(cx->arena, "%s/%s", path, name), F_OK) == 0)
        return ERR_BUSY;
    if (!backup_make(cx->sv->conf->data_dir, arena_printf(cx->arena, "%s/%s", path, name), b_r,
                     &error)) {
        log_error("backup", "%s", error != NULL ? error : "out of memory");
        free(error);
        return ERR_INTERNAL;
    }
    b_r->name = arena_strdup(cx->arena, name);
    b_r->made_at_ms = time_of(name);
    log_info("backup", "%s made by account %lld", name, (long long)cx->actor);
    remove_oldest(cx, path);
    return OK;
}

enum err backup_now(struct ctx *cx, struct backup *b_r)
{
    const char *path = arena_printf(cx->arena, "%s/backups", cx->sv->conf->data_dir);
    enum err e = admin_check(cx);
    int fd;

    if (e != OK)
        return e;
    ctx_release(cx); /* it takes a while */
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return ERR_INTERNAL;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return ERR_INTERNAL;
    e = flock(fd, LOCK_EX | LOCK_NB) == 0 ? make_locked(cx, path, b_r) : ERR_BUSY;
    close(fd);
    return e;
}

enum err backup_list(struct ctx *cx, struct backup **list_r, size_t *count_r)
{
    enum err e = admin_check(cx);

    if (e == OK)
        list_all(cx, list_r, count_r);
    return e;
}

enum err backup_open_store(struct ctx *cx, const char *name, int *fd_r, int64_t *bytes_r)
{
    enum err e = admin_check(cx);
    struct stat st;

    if (e != OK)
        return e;
    if (!is_name(name))
        return ERR_NO_FILE;
    *fd_r = open(arena_printf(cx->arena, "%s/backups/%s/chatd.db", cx->sv->conf->data_dir, name),
                 O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (*fd_r < 0)
        return ERR_NO_FILE;
    *bytes_r = fstat(*fd_r, &st) == 0 ? st.st_size : 0;
    return OK;
}
