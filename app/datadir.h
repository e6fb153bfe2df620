/* The data folder: made on first start, 0700, one server at a time; its secrets are 0600 and never
 * printed. */
#ifndef DATADIR_H
#define DATADIR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/crypto.h"

/* Makes the folder if needed, takes its lock for the life of the process and sets the umask to 077.
 * false: *error_r is one sentence naming the folder; owned. */
bool datadir_open(const char *path, char **error_r);

/* Has a running chatd the lock of the folder at path? false also when there is no such folder. */
bool datadir_is_used(const char *path);

/* Reads PATH/jwt.key, or makes it. false: *error_r is one sentence; owned. */
bool datadir_jwt_key(const char *path, uint8_t key_r[JWT_KEY_BYTES], char **error_r);

/* The same for PATH/upload.key, what the keys of upload tokens are made of. */
bool datadir_upload_key(const char *path, uint8_t *key_r, size_t len, char **error_r);

/* Writes data to PATH/name with mode 0600 so that it is there wholly or not at all: a temporary
 * file, fsync, rename, fsync of the folder. false: errno tells. */
bool datadir_write(const char *path, const char *name, const void *data, size_t len);

#endif
