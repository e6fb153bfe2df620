/* The gate in front of cJSON, and number access that never rounds (reliability.md 1.3). */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define JSON_DEPTH_MAX 32
#define JSON_NODES_MAX 5000

/* Parses text[0..len): checks UTF-8, raw NUL and control characters, "\u0000", lone surrogate
 * escapes, depth and node count in one scan before cJSON sees it, refuses trailing bytes and
 * duplicate keys at the top level. Returns an owned tree (cJSON_Delete), or NULL with *e_r =
 * ERR_BAD_REQUEST or ERR_TOO_LARGE. */
cJSON *json_parse(const char *text, size_t len, enum err *e_r);
/* The scan alone; OK means cJSON may parse it without harm. */
enum err json_check(const char *text, size_t len);

/* Adds the texts among the members `keys` (ends with NULL) of the JSON object `text`, a line each,
 * without empty ones; with list, of every object in its array member of that name. Adds nothing where
 * text is something else. */
void json_add_texts(struct buf *out, const char *text, const char *list, const char *const *keys);

/* An integral JSON number, or a string of digits, in [min,max]; false leaves value_r untouched. */
bool json_i64(const cJSON *node, int64_t min, int64_t max, int64_t *value_r);
/* Adds an integer exactly; |value| <= ID_MAX is asserted. NULL obj is allowed (does nothing). */
void json_add_i64(cJSON *obj, const char *key, int64_t value);
/* An integer as a node, for arrays. */
cJSON *json_new_i64(int64_t value);
/* The text of an owned tree, which is deleted. Arena; NULL if it cannot be printed. */
const char *json_print(struct arena *a, cJSON *tree);

#endif
