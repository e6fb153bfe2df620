/* What can happen in chatd, as plain structs. Domain functions queue events inside a transaction;
 * they leave for the hub after the commit, in commit order. Each dialect renders them its own way
 * (struct socket_dialect in ws/channel.h). Everything an event points to lives in the arena of the
 * request that queued it, which waits until delivery is over: receivers copy, never keep. */
#ifndef DOMAIN_EVENT_H
#define DOMAIN_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/types.h"

enum event_kind {
    EV_MESSAGE,         /* message: a new one */
    EV_MESSAGE_REVOKED, /* message: body already blanked */
    EV_MESSAGE_EDITED,  /* message: as it reads now */
    EV_READ,            /* read */
    EV_TYPING,          /* typing: never stored */
    EV_CONTACT_REQUEST, /* request: someone asks to be my contact */
    EV_CONTACT_REPLY,   /* request: my request was answered, or I answered it on another device */
    EV_GROUP_REQUEST,   /* request: someone asks to join a group I manage */
    EV_GROUP_REPLY,     /* request: my request to join was answered */
    EV_DELIVERED,       /* read: some device of the reader's has everything up to read_seq */
    EV_CONVERSATION,    /* conversation: what I have set about one, to my own devices */
    EV_SETTINGS,        /* settings: mine, to my own devices */
    EV_DRAFT,           /* draft: what I have written and not sent, to my own devices */
    EV_PRESENCE,        /* presence: a contact came or went */
    EV_PIN,             /* pin: a message was pinned to the top of its conversation, or let go */
    EV_NICKNAME,        /* nickname: a member is called otherwise in a group */
    EV_CALL_RING,       /* call: from_id calls me */
    EV_CALL_ENTER,      /* call: from_id came into a call I am in */
    EV_CALL_SIGNAL,     /* call: an offer, answer or candidate for me; never stored */
    EV_CALL_LEAVE,      /* call: from_id left a call I am in */
    EV_CALL_REJECT,     /* call: from_id, who was called, declined or did not answer in time */
    EV_CALL_ELSEWHERE,  /* call: I entered or declined on one of my devices */
    EV_CALL_ENDED,      /* call: it is over, for me at least */
    EV_MOVE,            /* move: go to another server; the socket is closed right behind it */
    EV_VISIT,           /* visit: never stored */
    EV_ENDED,           /* ended: my sessions were ended; the sockets are closed right behind it */
    EV_DIRECT_OPENED, /* direct: a conversation of two people was begun, though nothing was said */
    EV_REACTION,      /* reaction: somebody put an emoji under a message, or took it back */
    EV_CHANGED,       /* changed: what I hold of somebody is to be read again */
};

/* Somebody is there, or has left, by a socket for this group alone; they are a member either way. */
struct visit_event {
    int64_t user_id;
    int64_t group_id;
    bool is_here;
};

struct move_event {
    const char *host; /* where to go, in the operator's words: "chat2.example:8443" */
    int64_t at_ms;
};

enum end_reason { END_DISABLED, END_SIGNED_OUT };

struct ended_event {
    enum end_reason reason;
    int64_t at_ms;
};

struct read_event {
    int64_t reader_id;
    enum scope scope;
    int64_t target_id; /* the peer, or the group */
    int64_t conversation_id;
    int64_t read_seq; /* everything up to here is read */
    int64_t at_ms;
};

struct typing_event {
    int64_t from_id;
    enum scope scope;
    int64_t target_id;       /* the peer, or the group */
    int64_t conversation_id; /* 0: the two have none yet */
    bool active;             /* false: stopped */
    int64_t at_ms;
};

struct request_event {
    int64_t from_id;  /* who asked */
    int64_t to_id;    /* who was asked (contact), or 0 */
    int64_t group_id; /* the group, or 0 */
    enum request_status status;
    const char *reason; /* why asked or refused; never NULL */
    int64_t at_ms;
};

struct direct_event {
    int64_t conversation_id;
    int64_t from_id; /* who began it */
    int64_t to_id;
    int64_t at_ms;
};

enum call_signal { SIGNAL_OFFER, SIGNAL_ANSWER, SIGNAL_CANDIDATE };

/* What happened in a call; members not named by the kind are zero. */
struct call_event {
    struct call call;      /* as it is now */
    int64_t from_id;       /* who did it; 0: nobody, the time was up or the server stopped */
    const char *name;      /* from_id's; NULL when 0 */
    const char *avatar;    /* from_id's; NULL when 0 */
    int64_t to_id;         /* the one it is for; 0: all who hear of it */
    const int64_t *people; /* RING: everybody of the call */
    size_t people_count;
    int64_t ring_until_ms;        /* RING */
    enum call_signal signal;      /* SIGNAL */
    const char *payload;          /* SIGNAL: JSON text of a description or candidate, as it came */
    const char *key;              /* SIGNAL: the sender's own mark of it; "" for none */
    enum call_member_state state; /* REJECT: declined or missed. ELSEWHERE: in or declined */
    enum call_outcome outcome;    /* ENDED: for those who hear of it */
    int64_t duration_ms;          /* ENDED */
    int64_t at_ms;
};

struct reaction_event {
    int64_t from_id;
    enum scope scope;
    int64_t target_id; /* the peer of from_id, or the group */
    int64_t message_id;
    int64_t seq;
    const char *emoji;
    bool on;
    int64_t count; /* people with this emoji under the message now */
    int64_t at_ms;
};

struct conversation_event {
    int64_t user_id;
    enum scope scope;
    int64_t target_id;
    struct conversation_state state;
    int64_t at_ms;
};

struct settings_event {
    int64_t user_id;
    struct settings settings;
    int64_t at_ms;
};

struct draft_event {
    int64_t user_id;
    struct saved_draft draft;
};

struct presence_event {
    int64_t user_id;
    bool online;
    int64_t last_seen_at_ms; /* 0: unknown */
    int64_t at_ms;
};

struct pin_event {
    int64_t from_id;
    enum scope scope;
    int64_t target_id; /* the peer of from_id, or the group */
    int64_t message_id;
    int64_t seq;
    bool on;
    int64_t at_ms;
};

struct nickname_event {
    int64_t user_id;
    int64_t group_id;
    const char *nickname; /* "": none */
    int64_t at_ms;
};

enum changed {
    CHANGED_CONTACTS, /* user_id's contacts, their groups, what is noted of one: to own devices */
    CHANGED_GROUPS,   /* the groups user_id is in, by their own doing: to their own devices */
    CHANGED_PROFILE,  /* how user_id is shown: to their own devices and to whose contact they are */
};

struct changed_event {
    int64_t user_id;
    enum changed what;
    int64_t at_ms;
};

struct event {
    enum event_kind kind;
    const int64_t *to; /* the accounts that hear of it, each once */
    size_t to_count;
    int64_t session_id; /* only the sockets of this session; 0: all */
    /* What happens in a group, for dialects that know people and groups by name. NULL: not said. */
    const char *actor_name;   /* of who sent, did or visits it: the nickname */
    const char *subject_name; /* of whom a notice is about */
    const char *group_name;
    union {
        struct message message;
        struct read_event read;
        struct typing_event typing;
        struct request_event request;
        struct direct_event direct;
        struct call_event call;
        struct move_event move;
        struct ended_event ended;
        struct visit_event visit;
        struct reaction_event reaction;
        struct conversation_event conversation;
        struct settings_event settings;
        struct draft_event draft;
        struct presence_event presence;
        struct pin_event pin;
        struct nickname_event nickname;
        struct changed_event changed;
    };
};

#endif
