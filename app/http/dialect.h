/* The contract between the gate (http/dispatch.c) and a dialect (handlers/NAME/dialect.c).
 * Routes and their fields are data: the gate matches, authenticates, reads, binds and answers;
 * a handler sees a filled struct and calls the domain. */
#ifndef HTTP_DIALECT_H
#define HTTP_DIALECT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/num.h"
#include "base/str.h"
#include "domain/bond.h"
#include "domain/ctx.h"

struct req;
struct route;
struct dialect;
struct socket_dialect; /* ws/channel.h */

/* ---- fields ---- */

/* Where a field may stand; several may be combined, a body value wins over a query value. */
enum { IN_PATH = 1, IN_QUERY = 2, IN_BODY = 4, IN_HEADER = 8, IN_COOKIE = 16 };

enum field_type {
    FIELD_I64,
    FIELD_I64_GIVEN,
    FIELD_F64,
    FIELD_STR,
    FIELD_FLAG,
    FIELD_ENUM,
    FIELD_I64S
};
enum {
    OPTIONAL = 0,
    REQUIRED = 1,
    NOT_BLANK = 2, /* required, and a text of white space alone does not count */
};

/* A flag that knows whether it was sent. */
enum flag { FLAG_ABSENT = 0, FLAG_OFF, FLAG_ON };

/* A list of ids: repeated key, key[], comma list or JSON array. */
struct i64_list {
    const int64_t *items; /* arena */
    size_t count;
};

/* The names of an enum on the wire; ends with { NULL, 0 }. */
struct enum_name {
    const char *name;
    int value;
};

struct field {
    const char *name;  /* on the wire; case-sensitive first, then case-insensitive */
    const char *alias; /* a second spelling, or NULL */
    enum field_type type;
    int in;
    int required;
    size_t offset;
    /* Value range; for FIELD_STR the length in characters; for FIELD_I64S the count. */
    double min, max;
    const struct enum_name *names;
    /* The document's own words for a field that is missing, and for one that is wrong; NULL: it has
     * none. */
    const char *missing_text, *wrong_text;
};

/* A field that was not given as its row wants it. */
struct fault {
    const struct field *field;
    bool is_missing;
    const char *text; /* "name: required", in our words */
};
struct faults {
    const struct fault *items; /* arena; in the order of the rows */
    size_t count;
};

/* How the body is taken. One too large for memory goes into a file as it arrives (http/intake.h)
 * and waits in rq->incoming; the fields around it, if there are any, are bound as ever. */
enum body_kind {
    BODY_WHOLE, /* in memory, then decoded */
    BODY_TEXT,  /* in memory, as it is: rq->text */
    BODY_FILE,  /* the body is the file */
    BODY_FORM,  /* multipart/form-data one part of which is the file */
};

struct spec {
    size_t size; /* of the struct bound into */
    const struct field *fields;
    size_t count;
    enum body_kind body;
    const char *part; /* with BODY_FORM: the file's */
    /* Where two dialects document the same method and path, one of them says how their bodies are
     * told apart: a body is its own if it has one of the fields of claims ("a,b"), or is a form that
     * has none of yields, the other's. NULL: it is the only one, or leaves that to the other. */
    const char *claims, *yields;
    /* The Content-Type of a success that comes in no envelope, for the description of the routes;
     * NULL: it comes in the dialect's. */
    const char *media;
};

/* Each F_* names struct T and its member; a member of another C type does not compile. An absent
 * optional field leaves zero: 0, 0.0, NULL, FLAG_ABSENT, an empty list. REQUIRED text must be
 * non-empty, a REQUIRED number must be given; a REQUIRED list may be empty if its least count is 0.
 * Last in a row may stand the document's words: SAYS("must not be empty", "must have 2 to 20"). */
#define SAYS(missing, wrong) .missing_text = (missing), .wrong_text = (wrong)
#define FIELD_OFFSET(T, member, ctype)                                                             \
    _Generic(((struct T *)0)->member, ctype : offsetof(struct T, member))
#define F_I64(T, member, where, wire, need, low, high, ...)                                        \
    {                                                                                              \
        .name = (wire), .type = FIELD_I64, .in = (where), .required = (need),                      \
        .offset = FIELD_OFFSET(T, member, int64_t), .min = (double)(low), .max = (double)(high),   \
        __VA_ARGS__                                                                                \
    }
/* A number that knows whether it was sent: the member points to it, or is NULL. */
#define F_I64_GIVEN(T, member, where, wire, low, high)                                             \
    {                                                                                              \
        .name = (wire), .type = FIELD_I64_GIVEN, .in = (where), .required = OPTIONAL,              \
        .offset = FIELD_OFFSET(T, member, const int64_t *), .min = (double)(low),                  \
        .max = (double)(high)                                                                      \
    }
#define F_F64(T, member, where, wire, need, low, high, ...)                                        \
    {                                                                                              \
        .name = (wire), .type = FIELD_F64, .in = (where), .required = (need),                      \
        .offset = FIELD_OFFSET(T, member, double), .min = (low), .max = (high), __VA_ARGS__        \
    }
#define F_STR(T, member, where, wire, need, low, high, ...)                                        \
    {                                                                                              \
        .name = (wire), .type = FIELD_STR, .in = (where), .required = (need),                      \
        .offset = FIELD_OFFSET(T, member, const char *), .min = (low), .max = (high), __VA_ARGS__  \
    }
#define F_FLAG(T, member, where, wire, need)                                                       \
    {                                                                                              \
        .name = (wire), .type = FIELD_FLAG, .in = (where), .required = (need),                     \
        .offset = FIELD_OFFSET(T, member, enum flag)                                               \
    }
#define F_FLAG_ALIAS(T, member, where, wire, other, need)                                          \
    {                                                                                              \
        .name = (wire), .alias = (other), .type = FIELD_FLAG, .in = (where), .required = (need),   \
        .offset = FIELD_OFFSET(T, member, enum flag)                                               \
    }
#define F_ENUM(T, member, where, wire, need, table)                                                \
    {                                                                                              \
        .name = (wire), .type = FIELD_ENUM, .in = (where), .required = (need),                     \
        .offset = FIELD_OFFSET(T, member, int), .names = (table)                                   \
    }
#define F_I64S(T, member, where, wire, need, low, high, ...)                                       \
    {                                                                                              \
        .name = (wire), .type = FIELD_I64S, .in = (where), .required = (need),                     \
        .offset = FIELD_OFFSET(T, member, struct i64_list), .min = (low), .max = (high),           \
        __VA_ARGS__                                                                                \
    }

/* Defines T_spec for struct T; SPEC_AS calls it name_spec, where one struct serves several. */
#define SPEC(T, ...) SPEC_AS(T, T, __VA_ARGS__)
#define SPEC_AS(name, T, ...) SPEC_ALL(name, T, BODY_WHOLE, NULL, NULL, NULL, NULL, __VA_ARGS__)
#define SPEC_BARE(T, type, ...) SPEC_ALL(T, T, BODY_WHOLE, NULL, NULL, NULL, type, __VA_ARGS__)
#define SPEC_BODY(T, kind, ...) SPEC_ALL(T, T, kind, "file", NULL, NULL, NULL, __VA_ARGS__)
#define SPEC_FORM(T, file_part, ...)                                                               \
    SPEC_ALL(T, T, BODY_FORM, file_part, NULL, NULL, NULL, __VA_ARGS__)
#define SPEC_CLAIMS(T, own, others, ...)                                                           \
    SPEC_ALL(T, T, BODY_WHOLE, NULL, own, others, NULL, __VA_ARGS__)
#define SPEC_ALL(name, T, kind, file_part, own, others, type, ...)                                 \
    static const struct field name##_fields[] = { __VA_ARGS__ };                                   \
    static const struct spec name##_spec = { .size = sizeof(struct T),                             \
                                             .fields = name##_fields,                              \
                                             .count =                                              \
                                                 sizeof name##_fields / sizeof name##_fields[0],   \
                                             .body = (kind),                                       \
                                             .part = (file_part),                                  \
                                             .claims = (own),                                      \
                                             .yields = (others),                                   \
                                             .media = (type) }

/* ---- routes ---- */

enum method { GET, POST, PUT, DELETE, WS }; /* HEAD is answered as GET without a body */

enum access {
    ACCESS_PUBLIC, /* anybody */
    ACCESS_USER,   /* a live session */
    ACCESS_ADMIN,  /* a live session of an account that may run the server */
    /* A service of the operator's: it proves itself with node.secret, or calls from this machine if
     * no secret is set. It has no account; whoever it acts for is in its fields. */
    ACCESS_SERVICE,
};

/* Answers one operation: args is the struct of the route's spec (arena; NULL without a spec). On OK
 * sets rq->data (owned by the request, may stay NULL) and rq->note. Never frees, prints or
 * sends. */
typedef enum err handler_fn(struct req *rq, const void *args);

struct route {
    enum method method;
    const char *path; /* below the mount: "/chat/send", "/group/{groupId}" */
    enum access access;
    /* Of WS: works before the socket opens and may refuse it, and says what it is bound to in
     * rq->bond; NULL: nothing to do. */
    handler_fn *handler;
    const struct spec *spec;
    /* per address (public) or per account (user); NULL: none of its own */
    const struct limit_rule *limit;
};

/* A heading of the document: its routes in document order. */
struct section {
    const struct route *routes;
    size_t count;
};
#define SECTION(array)                                                                             \
    {                                                                                              \
        (array), sizeof(array) / sizeof((array)[0])                                                \
    }

/* ---- a request as the handler sees it ---- */

struct io; /* http/dispatch.h */

struct header {
    const char *name;
    const char *value;
};
#define REPLY_HEADERS_MAX 8

struct spool; /* domain/depot.h */

/* A file that came with the request. */
struct incoming {
    struct spool *spool; /* ended; the gate drops it */
    const char *name;    /* what the client calls it, or NULL; never a path of ours */
};

/* A file to answer with. The gate knows ranges and conditions. */
struct download {
    int fd; /* owned by the request */
    int64_t size_bytes;
    const char *type;        /* Content-Type */
    const char *disposition; /* Content-Disposition, or NULL */
    const char *etag;        /* without quotes */
    int64_t modified_at_ms;
};

/* Bytes to answer with, as they are. */
struct blob {
    int status;              /* HTTP; 0: 200 */
    const char *type;        /* Content-Type */
    const char *disposition; /* Content-Disposition, or NULL */
    const void *data;        /* borrowed until the answer is sent */
    size_t len;
    bool is_public; /* every site's pages may read it: it is no secret and no person's */
};

/* An answer of any length, made while it is sent. */
struct stream {
    const char *type;        /* Content-Type */
    const char *disposition; /* Content-Disposition, or NULL */
    /* Adds the next piece to out; a piece of nothing is the end. rq->cx.arena and out are emptied
     * after each: what is needed longer is in state. An error breaks the connection off, so that
     * nobody takes a part for the whole. */
    enum err (*next)(struct req *rq, void *state, struct buf *out);
    void *state;
};

struct req {
    struct ctx cx;
    const struct dialect *dialect;
    const struct route *route;
    struct io *io;

    struct session *session; /* what authenticate found; NULL: nobody */
    cJSON *data;             /* the answer's payload; the envelope adopts it */
    const char *note;        /* the document's own success text; NULL: none */
    const char *fault;       /* which field was wrong, for the envelope; NULL: none */
    struct faults faults;    /* all fields that were wrong, as far as their rows can tell */
    const cJSON *object;     /* a JSON body, for what fields cannot say; NULL: none. Borrowed */
    const char *text;        /* with BODY_TEXT; NULL: empty. Borrowed */
    struct incoming incoming;
    struct bond bond;  /* set by the handler of a socket */
    bool is_unclaimed; /* the body was meant for another dialect's route, which is not here */
    struct download *download; /* set by a handler to answer with a file instead of data; arena */
    struct blob *blob;         /* the same with bytes in memory; arena */
    struct stream *stream;     /* the same with what is made meanwhile; arena */
    int64_t retry_after_ms;    /* with ERR_RATE_LIMITED or ERR_BUSY; 0: unknown */

    struct header headers[REPLY_HEADERS_MAX]; /* extra answer headers, via req_header */
    size_t header_count;
};

/* Adds a header to the answer; value is borrowed until the answer is sent. Ignores one past the
 * limit. */
void req_header(struct req *rq, const char *name, const char *value);
/* The value of a request header, or NULL. Borrowed. */
const char *req_in(const struct req *rq, const char *name);
/* "https://chat.example.org:8443" as the client called us (arena); NULL: unusable. */
const char *req_origin(const struct req *rq);
/* The first value of a query parameter, decoded into the arena, or NULL. */
const char *req_query(struct req *rq, const char *name);

/* What the gate sends. */
struct reply {
    int status;  /* HTTP */
    cJSON *body; /* owned; the gate deletes it. NULL: an answer without a body */
};

struct dialect {
    const char *name;  /* as in endpoints.tsv */
    const char *mount; /* "" or "/api/v1": where it stands on a shared listener */
    bool is_apart;     /* it does not stand on shared listeners: only where it owns the root */
    const struct section *const *sections;
    size_t section_count;

    /* Who calls: sets cx.actor and cx.session_id, or leaves them 0. ERR_UNAUTHENTICATED if a token
     * was given that is not valid; OK with actor 0 if none was given (the gate refuses where the
     * route needs one). */
    enum err (*authenticate)(struct req *rq);
    /* Adds what every authenticated answer carries (a renewed token); may be NULL. Called when
     * there is an actor, on success and failure alike, unless the handler ended the session
     * (rq->session set to NULL). */
    void (*finish)(struct req *rq);
    /* Builds the answer to e from rq: adopts rq->data. */
    void (*envelope)(struct req *rq, enum err e, struct reply *reply_r);

    const struct socket_dialect *socket; /* NULL: no sockets */
    /* A socket refused by its envelope has the envelope's HTTP status, even if that is 200; without
     * this it gets one that says what it is. */
    bool keeps_status;
    /* Its routes stand below its mount on the listeners of other dialects too. */
    bool is_everywhere;
};

#endif
