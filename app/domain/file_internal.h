/* What file.c and upload.c share. */
#ifndef DOMAIN_FILE_INTERNAL_H
#define DOMAIN_FILE_INTERNAL_H

#include "domain/file.h"

/* What else belongs into the transaction that stores a file: check comes first, done last. */
struct finish {
    enum err (*check)(struct ctx *cx, void *arg);
    enum err (*done)(struct ctx *cx, void *arg, const struct file *file);
    void *arg;
    int64_t parts_bytes; /* weight that counts already, as parts which end with this */
};

/* Stores the ended spool. finish may be NULL. */
enum err file_keep(struct ctx *cx, struct spool *spool, const char *name,
                   const struct finish *finish, struct file *file_r);
/* May the actor's files weigh so many bytes more? */
enum err quota_check(struct ctx *cx, int64_t more);

#endif
