/* A copy of the store while it is in use; see db.h. */
#include <stdio.h>
#include <sys/stat.h>

#include "db/internal.h"

#define TRIES 50
#define PAUSE_MS 100

/* All pages in one step, which is one reader's snapshot: who writes meanwhile is not held up and not
 * seen. */
static int copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int result = SQLITE_BUSY;

    if (backup == NULL)
        return sqlite3_errcode(to);
    for (int i = 0; i < TRIES && (result == SQLITE_BUSY || result == SQLITE_LOCKED); i++) {
        if (i > 0)
            sqlite3_sleep(PAUSE_MS);
        result = sqlite3_backup_step(backup, -1);
    }
    sqlite3_backup_finish(backup);
    return result == SQLITE_DONE ? SQLITE_OK : result;
}

static bool copy(const char *path, const char *to, char **error_r)
{
    sqlite3 *source = store_open(path, false, error_r), *target = NULL;
    int result = SQLITE_OK;

    if (source == NULL)
        return false;
    if (sqlite3_open_v2(to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        result = sqlite3_errcode(target);
    else
        result = copy_pages(source, target);
    sqlite3_close(source);
    sqlite3_close(target);
    if (result != SQLITE_OK &&
        asprintf(error_r, "cannot copy %s to %s: %s", path, to, sqlite3_errstr(result)) < 0)
        *error_r = NULL;
    return result == SQLITE_OK;
}

static bool check(const char *path, char **error_r)
{
    sqlite3 *sqlite = store_open(path, false, error_r);
    bool ok = sqlite != NULL && store_is_intact(sqlite, NULL, error_r);

    sqlite3_close(sqlite);
    return ok;
}

bool db_backup(const char *path, const char *to, int64_t *bytes_r, char **error_r)
{
    struct stat st;

    if (!copy(path, to, error_r) || !check(to, error_r))
        return false;
    *bytes_r = stat(to, &st) == 0 ? st.st_size : 0;
    return true;
}
