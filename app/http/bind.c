/* Fields are declared once and may arrive as JSON values or as text from five places; this turns
 * every scalar into text first, so that each type has one strict reader and no route has its own.
 * Numbers become text exactly or not at all (reliability.md 1.3: cJSON rounds and saturates). */
#include "http/bind.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

/* The run of one bind_fields. */
struct binder {
    struct arena *arena;
    const struct sources *from;
    const struct field *field; /* the one in hand */
    struct fault *faults;      /* set by refuse() and lack(): at most one of each field */
    size_t fault_count;
};

/* What was found under a field's name. */
struct found {
    const char *text;           /* one text, or NULL */
    const cJSON *node;          /* an array or object, or a number no text says exactly; or NULL */
    const struct values *pairs; /* where further texts of the same rank are; or NULL */
    int rank;
};

static bool refuse(struct binder *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool refuse(struct binder *b, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    b->faults[b->fault_count++] =
        (struct fault){ .field = b->field,
                        .text = arena_printf(b->arena, "%s: %s", b->field->name,
                                             arena_vprintf(b->arena, format, ap)) };
    va_end(ap);
    return false;
}

/* There is no value where one must be. */
static bool lack(struct binder *b)
{
    refuse(b, "required");
    b->faults[b->fault_count - 1].is_missing = true;
    return false;
}

/* ---- names ---- */

enum { RANK_NAME, RANK_ALIAS, RANK_NAME_CASE, RANK_ALIAS_CASE, RANK_NONE };

/* How well sent (its first len bytes) names the field; lower is better. */
static int rank_of(const struct field *f, const char *sent, size_t len)
{
    bool is_name = strlen(f->name) == len && strncasecmp(f->name, sent, len) == 0;
    bool is_alias =
        f->alias != NULL && strlen(f->alias) == len && strncasecmp(f->alias, sent, len) == 0;

    if (is_name && memcmp(f->name, sent, len) == 0)
        return RANK_NAME;
    if (is_alias && memcmp(f->alias, sent, len) == 0)
        return RANK_ALIAS;
    if (is_name)
        return RANK_NAME_CASE;
    return is_alias ? RANK_ALIAS_CASE : RANK_NONE;
}

/* The same for a pair, where a list may be sent as "name[]". */
static int rank_of_pair(const struct field *f, const struct pair *p)
{
    size_t len = strlen(p->name);

    if (f->type == FIELD_I64S && len > 2 && strcmp(p->name + len - 2, "[]") == 0)
        len -= 2;
    return rank_of(f, p->name, len);
}

/* ---- finding: each fills found_r and is true if there is a value ---- */

/* Is "" a value of this field? Only of a text that may be empty. */
static bool allows_empty(const struct field *f)
{
    return f->type == FIELD_STR && f->min < 1;
}

static bool found_text(const struct field *f, const char *text, struct found *found_r)
{
    found_r->text = text;
    return text != NULL && (text[0] != '\0' || allows_empty(f));
}

static bool find_path(const struct binder *b, struct found *found_r)
{
    const struct match *m = b->from->match;

    for (size_t i = 0; i < m->param_count; i++)
        if (rank_of(b->field, m->params[i].name, m->params[i].name_len) < RANK_NONE)
            return found_text(b->field,
                              arena_strndup(b->arena, m->params[i].value, m->params[i].value_len),
                              found_r);
    return false;
}

static bool find_pair(const struct binder *b, const struct values *values, struct found *found_r)
{
    const char *best = NULL;

    found_r->rank = RANK_NONE;
    for (size_t i = 0; i < values->count && found_r->rank > RANK_NAME; i++) {
        int rank = rank_of_pair(b->field, &values->pairs[i]);

        if (rank < found_r->rank) {
            found_r->rank = rank;
            best = values->pairs[i].text;
        }
    }
    found_r->pairs = values;
    /* The first of several elements may be empty. */
    if (b->field->type == FIELD_I64S)
        return best != NULL;
    return found_text(b->field, best, found_r);
}

/* The text of a JSON number; NULL if none says it exactly. */
static const char *number_text(struct arena *a, const struct field *f, double value)
{
    if (!isfinite(value))
        return NULL;
    if (value == floor(value) && fabs(value) <= (double)ID_MAX)
        return arena_printf(a, "%" PRId64, (int64_t)value);
    return f->type == FIELD_F64 ? arena_printf(a, "%.17g", value) : NULL;
}

/* The text of a scalar, or NULL. */
static const char *scalar_text(struct arena *a, const struct field *f, const cJSON *node)
{
    if (cJSON_IsString(node))
        return node->valuestring;
    if (cJSON_IsBool(node))
        return cJSON_IsTrue(node) ? "true" : "false";
    return cJSON_IsNumber(node) ? number_text(a, f, node->valuedouble) : NULL;
}

static bool find_node(const struct binder *b, const cJSON *object, struct found *found_r)
{
    const cJSON *node = NULL;
    const cJSON *child;
    int best = RANK_NONE;

    cJSON_ArrayForEach(child, object) {
        int rank = rank_of(b->field, child->string, strlen(child->string));

        if (rank < best) {
            best = rank;
            node = child;
        }
        if (best == RANK_NAME)
            break;
    }
    if (node == NULL || cJSON_IsNull(node))
        return false;
    found_r->node = node;
    found_r->text = scalar_text(b->arena, b->field, node);
    return found_r->text == NULL || found_text(b->field, found_r->text, found_r);
}

static bool find_values(const struct binder *b, const struct values *values, struct found *found_r)
{
    if (values->object != NULL)
        return find_node(b, values->object, found_r);
    return find_pair(b, values, found_r);
}

static bool find_header(const struct binder *b, struct found *found_r)
{
    const char *value = b->from->io->header(b->from->io->arg, b->field->name);

    if (value == NULL && b->field->alias != NULL)
        value = b->from->io->header(b->from->io->arg, b->field->alias);
    return found_text(b->field, value, found_r);
}

static bool find_cookie(const struct binder *b, struct found *found_r)
{
    const char *at = str_or_empty(b->from->io->header(b->from->io->arg, "Cookie"));
    size_t name_len = strlen(b->field->name);

    while (*at != '\0') {
        size_t len;

        at += strspn(at, "; \t");
        len = strcspn(at, ";");
        if (len > name_len && at[name_len] == '=' && memcmp(at, b->field->name, name_len) == 0)
            return found_text(
                b->field, arena_strndup(b->arena, at + name_len + 1, len - name_len - 1), found_r);
        at += len;
    }
    return false;
}

static bool find(const struct binder *b, struct found *found_r)
{
    int in = b->field->in;

    *found_r = (struct found){ 0 };
    if ((in & IN_PATH) != 0 && find_path(b, found_r))
        return true;
    *found_r = (struct found){ 0 };
    if ((in & IN_BODY) != 0 && find_values(b, b->from->body, found_r))
        return true;
    *found_r = (struct found){ 0 };
    if ((in & IN_QUERY) != 0 && find_values(b, b->from->query, found_r))
        return true;
    *found_r = (struct found){ 0 };
    if ((in & IN_HEADER) != 0 && find_header(b, found_r))
        return true;
    return (in & IN_COOKIE) != 0 && find_cookie(b, found_r);
}

/* ---- one reader per type; slot is the member ---- */

static bool read_i64(struct binder *b, const char *text, void *slot)
{
    int64_t min = (int64_t)b->field->min;
    int64_t max = (int64_t)b->field->max;

    if (text != NULL && num_i64(text, min, max, slot))
        return true;
    return refuse(b, "not an integer between %" PRId64 " and %" PRId64, min, max);
}

static bool read_i64_given(struct binder *b, const char *text, void *slot)
{
    int64_t *value = ARENA_NEW(b->arena, int64_t);

    *(const int64_t **)slot = value;
    return read_i64(b, text, value);
}

static bool read_f64(struct binder *b, const char *text, void *slot)
{
    if (text != NULL && num_f64(text, b->field->min, b->field->max, slot))
        return true;
    return refuse(b, "not a number between %.15g and %.15g", b->field->min, b->field->max);
}

static bool read_flag(struct binder *b, const char *text, void *slot)
{
    enum flag *flag = slot;
    bool value;

    if (text == NULL || !num_bool(text, &value))
        return refuse(b, "not true or false");
    *flag = value ? FLAG_ON : FLAG_OFF;
    return true;
}

static bool read_str(struct binder *b, const char *text, void *slot)
{
    const char **str = slot;
    double chars;

    if (text == NULL)
        return refuse(b, "not a text");
    /* Headers and cookies come unchecked; for all others this holds already. */
    if ((b->field->in & (IN_HEADER | IN_COOKIE)) != 0 && !utf8_valid(text, strlen(text)))
        return refuse(b, "not UTF-8");
    if (b->field->required && text[0] == '\0')
        return lack(b);
    if (b->field->required == NOT_BLANK && text[strspn(text, " \t\r\n\f\v")] == '\0')
        return lack(b);
    chars = (double)utf8_chars(text);
    if (chars < b->field->min || chars > b->field->max)
        return refuse(b, "must have %.0f to %.0f characters", b->field->min, b->field->max);
    *str = arena_strdup(b->arena, text);
    return true;
}

static bool read_enum(struct binder *b, const char *text, void *slot)
{
    struct buf names = buf_new(b->arena);
    int *value = slot;

    for (const struct enum_name *n = b->field->names; n->name != NULL; n++) {
        if (text != NULL && strcmp(n->name, text) == 0) {
            *value = n->value;
            return true;
        }
        buf_str(&names, names.len > 0 ? ", " : "");
        buf_str(&names, n->name);
    }
    return refuse(b, "not one of %s", str_or_empty(names.data));
}

/* ---- lists ---- */

/* Grows towards the field's count limit; what is beyond it is counted but not kept. */
struct list {
    int64_t *items;
    size_t count;
    size_t cap;
};

/* Adds one element. Ids are positive; an empty text is no element. */
static bool list_add(struct binder *b, struct list *list, const char *text)
{
    int64_t value;

    if (text != NULL && text[0] == '\0')
        return true;
    if (text == NULL || !num_i64(text, 1, ID_MAX, &value))
        return refuse(b, "not a list of ids");
    if (list->count < list->cap)
        list->items[list->count] = value;
    list->count++;
    return true;
}

static bool list_add_text(struct binder *b, struct list *list, const char *text)
{
    char element[32]; /* longer than any id */

    while (text != NULL) {
        const char *comma = strchrnul(text, ',');
        size_t len = (size_t)(comma - text);

        if (len >= sizeof(element))
            return list_add(b, list, NULL);
        memcpy(element, text, len);
        element[len] = '\0';
        if (!list_add(b, list, element))
            return false;
        text = *comma == ',' ? comma + 1 : NULL;
    }
    return true;
}

static bool list_add_array(struct binder *b, struct list *list, const cJSON *array)
{
    const cJSON *node;

    cJSON_ArrayForEach(node, array) {
        bool is_id = cJSON_IsNumber(node) || cJSON_IsString(node);

        if (!list_add(b, list, is_id ? scalar_text(b->arena, b->field, node) : NULL))
            return false;
    }
    return true;
}

static bool list_add_pairs(struct binder *b, struct list *list, const struct found *found)
{
    for (size_t i = 0; i < found->pairs->count; i++) {
        const struct pair *p = &found->pairs->pairs[i];

        if (rank_of_pair(b->field, p) == found->rank && !list_add_text(b, list, p->text))
            return false;
    }
    return true;
}

static bool read_list(struct binder *b, const struct found *found, void *slot)
{
    const struct field *f = b->field;
    struct list list = { .cap = (size_t)f->max };
    struct i64_list *out = slot;
    bool ok;

    list.items = arena_array(b->arena, list.cap, sizeof(*list.items));
    if (found->pairs != NULL)
        ok = list_add_pairs(b, &list, found);
    else if (cJSON_IsArray(found->node))
        ok = list_add_array(b, &list, found->node);
    else if (found->text != NULL)
        ok = list_add_text(b, &list, found->text);
    else
        ok = refuse(b, "not a list of ids");
    if (!ok)
        return false;
    if (list.count == 0)
        return !f->required || f->min < 1 || lack(b);
    if ((double)list.count < f->min || list.count > list.cap)
        return refuse(b, "must have %.0f to %.0f elements", f->min, f->max);
    out->items = list.items;
    out->count = list.count;
    return true;
}

/* ---- all fields ---- */

static bool bind_field(struct binder *b, void *slot)
{
    struct found found;

    if (!find(b, &found))
        return !b->field->required || lack(b);
    switch (b->field->type) {
    case FIELD_I64: return read_i64(b, found.text, slot);
    case FIELD_I64_GIVEN: return read_i64_given(b, found.text, slot);
    case FIELD_F64: return read_f64(b, found.text, slot);
    case FIELD_STR: return read_str(b, found.text, slot);
    case FIELD_FLAG: return read_flag(b, found.text, slot);
    case FIELD_ENUM: return read_enum(b, found.text, slot);
    case FIELD_I64S: return read_list(b, &found, slot);
    }
    assert(!"a field of no type");
    return false;
}

enum err bind_fields(struct arena *a, const struct spec *spec, const struct sources *from,
                     const void **args_r, struct faults *faults_r)
{
    struct binder b = { .arena = a, .from = from };
    char *args = arena_alloc(a, spec->size);

    b.faults = arena_array(a, spec->count, sizeof *b.faults);
    for (size_t i = 0; i < spec->count; i++) {
        b.field = &spec->fields[i];
        bind_field(&b, args + b.field->offset);
    }
    *faults_r = (struct faults){ b.faults, b.fault_count };
    if (b.fault_count > 0)
        return ERR_BAD_FIELD;
    *args_r = args;
    return OK;
}

enum err bind_object(struct arena *a, const struct spec *spec, const cJSON *object,
                     const void **args_r, struct faults *faults_r)
{
    struct values body = { .object = object };
    struct sources from = { .body = &body };

    return bind_fields(a, spec, &from, args_r, faults_r);
}
