/* Uploaded files on disk. Below DATA_DIR: tmp holds what is coming in and is emptied at start,
 * parts the parts of unfinished uploads, files what is stored. Every name in them is 32 random hex
 * digits made here; what a client calls its file never becomes a path. */
#ifndef DOMAIN_DEPOT_H
#define DOMAIN_DEPOT_H

#include "base/digest.h"
#include "domain/ctx.h"

struct depot;

#define DEPOT_NAME_BYTES 33
#define DEPOT_SEED_BYTES 60
#define DEPOT_KEY_BYTES 41

/* Opens the folders below conf->data_dir, making what is missing. seed is what the keys that sign
 * upload tokens are made of. Owned: depot_free. NULL: *error_r is one sentence; owned. */
struct depot *depot_new(const struct conf *conf, const uint8_t seed[DEPOT_SEED_BYTES],
                        char **error_r);
/* NULL is allowed. No spool may be left. */
void depot_free(struct depot *d);

/* The key pair of our own upload tokens, 40 characters each. */
const char *depot_access_key(const struct depot *d);
const char *depot_secret_key(const struct depot *d);

/* ---- what is coming in ---- */

struct spool;

#define SPOOL_HEAD_BYTES 64

/* Known once the spool has ended. */
struct spool_facts {
    char name[DEPOT_NAME_BYTES];
    int64_t size_bytes;
    struct sums sums;
    char head[SPOOL_HEAD_BYTES]; /* its first bytes: what it is */
    size_t head_len;
};

/* A new file in tmp for at most limit bytes, of which announced (0: unknown) are said to come.
 * ERR_TOO_LARGE; ERR_STORAGE_FULL: the disk would have less free than the configured floor;
 * ERR_BUSY: too many at once, of this actor, from this address or in all. Owned: spool_drop. */
enum err spool_new(struct ctx *cx, int64_t announced, int64_t limit, bool with_md5,
                   struct spool **spool_r);
/* ERR_TOO_LARGE, ERR_STORAGE_FULL, ERR_INTERNAL. */
enum err spool_write(struct spool *s, const void *data, size_t len);
/* All is there: sums it up. */
void spool_end(struct spool *s);
const struct spool_facts *spool_facts(const struct spool *s);
/* Removes it, unless it was kept as a part. NULL is allowed. */
void spool_drop(struct spool *s);

/* ---- what stays ---- */

/* Puts the ended spool among the files, under its name; on disk when this returns. Its name in tmp
 * stays until spool_drop: what a crash leaves under two names may have no row yet (file_sweep). */
enum err depot_keep_file(struct spool *s);
/* Undoes that. */
void depot_remove_file(struct depot *d, const char *name);
/* The outcome of the commit is unknown: spool_drop leaves both names for file_sweep. */
void spool_leave(struct spool *s);
/* Moves the ended spool among the parts. */
enum err depot_keep_part(struct spool *s);
void depot_remove_part(struct depot *d, const char *name);
/* Descriptors for reading, the caller's; -1: not there. */
int depot_open_file(struct depot *d, const char *name);
int depot_open_part(struct depot *d, const char *name);

/* Calls visit for every name in tmp, or in parts. is_kept: it has a second name among the files. */
void depot_each_tmp(struct depot *d, void (*visit)(void *arg, const char *name, bool is_kept),
                    void *arg);
void depot_each_part(struct depot *d, void (*visit)(void *arg, const char *name, bool is_kept),
                     void *arg);
void depot_remove_tmp(struct depot *d, const char *name);

#endif
