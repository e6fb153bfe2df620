/* What search.c and search_names.c share. */
#ifndef DOMAIN_SEARCH_INTERNAL_H
#define DOMAIN_SEARCH_INTERNAL_H

#include "domain/search.h"

/* Finds the phrases in text and cuts a readable stretch around the first. h arena; scratch is reset. */
void search_highlight(struct ctx *cx, struct arena *scratch, const struct phrases *phrases,
                      const char *text, struct highlight *h);

#endif
