/* What people keep for themselves on all their devices: settings, and drafts of messages. Privacy is
 * enforced where it matters (contact_may_write, read positions, presence, search), not here. */
#ifndef DOMAIN_SETTINGS_H
#define DOMAIN_SETTINGS_H

#include "db/types.h"
#include "domain/ctx.h"

#define FONT_SIZE_MIN 12
#define FONT_SIZE_MAX 24
#define LANGUAGE_CHARACTERS 35
#define DAY_MINUTES (24 * 60)
#define DRAFTS_MAX 500
#define DRAFT_FORGET_MS (INT64_C(30) * 24 * 3600 * 1000)

/* The actor's. Arena. */
enum err settings_look(struct ctx *cx, struct settings *settings_r);

/* What to change; NULL, 0 (enums, font_size) and -1 (all others) leave a member as it is. */
struct settings_change {
    const char *language;
    int theme, density, notify, last_seen, messages_from;
    int64_t font_size;
    int64_t quiet_from_min, quiet_to_min; /* 0..DAY_MINUTES - 1 */
    int sounds, enter_sends, quiet_hours, read_receipts, directory;
};
/* settings_r: as they are now; the actor's devices hear of a change. ERR_BAD_FIELD: a language tag
 * holds something else than ASCII letters, digits and '-'. Takes the writer. */
enum err settings_update(struct ctx *cx, const struct settings_change *change,
                         struct settings *settings_r);

/* Saves what the actor has written to a person or a group and not sent; "" means nothing any more.
 * The one typed last wins: an older one changes nothing. at_ms in the future counts as now. draft_r:
 * what holds now; the actor's devices hear of a change. ERR_NO_ACCOUNT, ERR_NO_GROUP,
 * ERR_NOT_MEMBER, ERR_TOO_MANY, ERR_TOO_LARGE. Takes the writer. */
enum err draft_save(struct ctx *cx, const struct saved_draft *in, struct saved_draft *draft_r);
/* The actor's, the latest first. */
enum err draft_list(struct ctx *cx, struct saved_draft **list_r, size_t *count_r);

#endif
