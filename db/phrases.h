/* What a person typed into a search box, made into phrases: each must stand in a text, in any order.
 * What is inside quotation marks is one phrase, and so is what no white space divides ("上海市",
 * "a.b@c.d"). A phrase becomes terms of an index (which knows no order: detail=none), and is looked
 * for in the text itself where a term says too little. No text can become FTS5 syntax: terms are made
 * of folded letters and digits only, and quoted all the same. */
#ifndef DB_PHRASES_H
#define DB_PHRASES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/db.h"

#define PHRASE_UNITS_MAX 64 /* of all phrases together; what comes after is not looked at */

struct phrase;

struct phrases {
    struct phrase *items;
    size_t count;  /* 0: there was nothing to look for */
    bool is_exact; /* the index alone decides: every phrase is one term */
};

/* How the beginning of a word counts. */
enum completion {
    COMPLETE_LAST, /* the word that is being typed, the last and unquoted, may go on: from three letters */
    COMPLETE_ALL, /* every word may: names */
};

/* phrases_r arena. c lends its tokenizer. ERR_DB for lack of memory. */
enum err phrases_parse(struct db_conn *c, struct arena *a, const char *text, enum completion how,
                       struct phrases *phrases_r);
/* Adds the terms to an FTS5 expression: "\"上海\" AND \"the\"*". Nothing if there are no phrases. */
void phrases_terms(const struct phrases *phrases, struct buf *out);

/* A stretch of a text, in bytes. */
struct span {
    size_t start, end;
};

/* Where the phrases stand in text, in order and without overlap; at most max of them (spans_r may be
 * NULL when max is 0). false: not all of them do. Uses scratch for nothing that outlives the call. */
bool phrases_find(struct db_conn *c, struct arena *scratch, const struct phrases *phrases,
                  const char *text, struct span *spans_r, size_t max, size_t *count_r);

#endif
