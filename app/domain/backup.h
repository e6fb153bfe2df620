/* Backups: a folder that holds all of a data folder as it was at one moment and is one itself. The
 * server goes on meanwhile. Restored by giving it, or a copy of it, as data_dir. */
#ifndef DOMAIN_BACKUP_H
#define DOMAIN_BACKUP_H

#include "domain/ctx.h"

struct backup {
    const char *name; /* of the folder */
    int64_t made_at_ms;
    int64_t store_bytes, files, file_bytes;
};

/* Makes the folder at path, which must not exist, of the data folder: the store, checked, the
 * uploaded files (as links where they can be: a stored file never changes) and the keys. It is there
 * wholly or not at all. b_r: without name and time. false: *error_r is one sentence; owned. */
bool backup_make(const char *data_dir, const char *path, struct backup *b_r, char **error_r);

/* For administrators (admin.h). Makes one in DATA_DIR/backups, named by the time, and removes the
 * oldest beyond BACKUPS_KEPT. ERR_FORBIDDEN; ERR_BUSY: one is being made; ERR_STORAGE_FULL: the disk
 * has no room for another store; ERR_INTERNAL: logged. b_r arena. */
#define BACKUPS_KEPT 7
enum err backup_now(struct ctx *cx, struct backup *b_r);
/* Those in DATA_DIR/backups, the newest first. files and file_bytes are not told. Arena.
 * ERR_FORBIDDEN. */
enum err backup_list(struct ctx *cx, struct backup **list_r, size_t *count_r);
/* Opens the store of one of them. fd_r is the caller's. ERR_FORBIDDEN, ERR_NO_FILE. */
enum err backup_open_store(struct ctx *cx, const char *name, int *fd_r, int64_t *bytes_r);

#endif
