/* The nouns of chatd as rows: what db fills, domain works on and every dialect encodes. Strings are
 * never NULL unless said; they live in the arena of the request. Ids and times: see base/num.h,
 * milliseconds. */
#ifndef DB_TYPES_H
#define DB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Accounts start here; groups stay below, so one number names one thing (facts/freeim.md 5). */
#define USER_ID_FIRST INT64_C(10000000)
#define GROUP_ID_LAST INT64_C(9999999)
/* Where a dialect needs a number for a direct conversation, it is this + the conversation's id. */
#define DIRECT_ROOM_FIRST INT64_C(1000000000)

enum scope { SCOPE_DIRECT = 1, SCOPE_GROUP = 2 };

enum message_kind {
    KIND_TEXT = 1,
    KIND_PICTURE,
    KIND_VOICE,
    KIND_VIDEO,
    KIND_LOCATION,
    KIND_FILE,
    KIND_NOTICE,  /* written by the server: see enum notice */
    KIND_FORWARD, /* several messages as one; extra.items */
    KIND_CALL,    /* how a call ended, said by who began it; extra */
};

/* What a notice in a group's history tells: done by the message's sender, to subject_id. */
enum notice {
    NOTICE_NONE = 0,
    NOTICE_LEFT = 1,
    NOTICE_REMOVED,
    NOTICE_UPDATED,
    NOTICE_OWNER, /* subject_id owns the group now */
    NOTICE_MANAGER,
    NOTICE_NO_MANAGER,
    NOTICE_MUTED, /* amount: minutes */
    NOTICE_UNMUTED,
    NOTICE_DISSOLVED,
    NOTICE_JOINED,
    NOTICE_ANNOUNCED, /* what the managers want everybody to know has changed */
};

enum mention_mode { MENTION_NOBODY = 0, MENTION_SOME = 1, MENTION_ALL = 2 };

enum message_status { MESSAGE_NORMAL = 0, MESSAGE_REVOKED = 1 };

enum request_status { REQUEST_WAITING = 0, REQUEST_PASSED = 1, REQUEST_DENIED = 2 };

enum role { ROLE_NONE = 0, ROLE_MEMBER = 1, ROLE_MANAGER = 2, ROLE_OWNER = 3 };

struct user {
    int64_t id;
    const char *uid; /* 32 hex digits, the name in dialects whose ids are text */
    const char *username;
    const char *nickname;
    const char *email;         /* "" when none */
    const char *mobile;        /* "" when none */
    const char *password_hash; /* "" when none is set */
    const char *avatar;
    const char *gender;
    const char *birth; /* "YYYY-MM-DD" or "" */
    const char *intro;
    double longitude; /* degrees; 0,0 when unknown */
    double latitude;
    const char *country;
    const char *province;
    const char *city;
    const char *district;
    bool enabled;
    int64_t created_at_ms;
    int64_t last_login_at_ms; /* 0: never */
    bool is_admin;            /* may run the server */
    int64_t last_seen_at_ms;  /* give or take a minute; 0: never */
};

struct session {
    int64_t id;
    int64_t user_id;
    const char *dialect; /* which dialect it was opened by */
    const char *platform;
    int64_t created_at_ms;
    int64_t expires_at_ms;
    int64_t last_seen_at_ms; /* give or take ten minutes; 0: not since it was made */
    const char *address;     /* where it was opened from; only in lists */
};

/* A named group of contacts (freeim: friend group); contacts may be in several. */
struct contact_group {
    int64_t id;
    const char *name;
    struct contact *contacts;
    size_t count;
};

/* One direction of a relation: what `user` thinks of `peer`. */
struct contact {
    int64_t id;
    struct user peer;
    bool is_friend;
    bool is_blocked;
    const char *remark;
    const char *label;
    const struct contact_group *groups; /* id and name only; filled by the domain */
    size_t group_count;
};

struct contact_request {
    int64_t id;
    struct user from;
    int64_t to_id;
    const char *reason;
    const char *deny_reason;
    enum request_status status;
    int64_t created_at_ms;
    int64_t replied_at_ms; /* 0: not yet */
};

struct group {
    int64_t id;
    const char *handle; /* unique text name: room RoomId, node group name, wukong group_no */
    const char *name;
    const char *avatar;
    const char *intro;
    int64_t creator_id;
    int64_t conversation_id;
    int64_t member_count;
    int64_t member_limit;
    bool no_member_contacts;  /* members may not befriend each other through the group */
    bool no_member_profiles;  /* ordinary members do not see profiles */
    bool no_join_requests;    /* nobody may ask to join */
    bool history_before_join; /* new members see older messages */
    double longitude;
    double latitude;
    const char *country;
    const char *province;
    const char *city;
    const char *district;
    const char *address;
    int64_t created_at_ms;
    int64_t updated_at_ms;
};

struct member {
    struct user user;
    enum role role;
    const char *remark;     /* name inside the group */
    int64_t muted_until_ms; /* 0 or past: not muted */
    int64_t joined_at_ms;
    int64_t number; /* of this membership; rises in the order people came */
};

struct group_request {
    int64_t id;
    struct user from;
    struct group group;
    const char *reason;
    const char *deny_reason;
    enum request_status status;
    int64_t created_at_ms;
    int64_t replied_at_ms; /* 0: not yet */
};

/* What people put under a message: one emoji and how many did. */
struct reaction {
    const char *emoji;
    int64_t count;
    bool is_mine; /* the viewer is among them */
};

struct message {
    int64_t id;  /* global, rising */
    int64_t seq; /* 1,2,3... within its conversation, no gaps */
    int64_t conversation_id;
    enum scope scope;
    int64_t sender_id;
    int64_t target_id;     /* the peer of the sender, or the group */
    const char *client_id; /* "" when the sender gave none */
    enum message_kind kind;
    const char *body; /* "" once revoked */
    bool is_private;
    bool is_read; /* for the sender: someone else has read it; for others: they have */
    enum message_status status;
    int64_t created_at_ms;
    int64_t updated_at_ms;
    enum notice notice; /* with KIND_NOTICE */
    int64_t subject_id;
    int64_t amount;
    /* What body cannot say, as the text of a JSON object; "" for none. Keys every dialect knows, all
     * optional: url, name, size (bytes), width, height (pixels), duration (ms), caption of what was
     * uploaded (body is then the url); items of a KIND_FORWARD; of a KIND_CALL id, video, state,
     * duration. */
    const char *extra;
    int64_t reply_to_id;  /* the message it answers, of the same conversation; 0: none */
    int64_t edited_at_ms; /* 0: never */
    int64_t reaction_total;
    int mention_mode; /* enum mention_mode */

    /* Filled where a page, a send or an event needs them (domain/message_internal.h): */
    const struct reaction *reactions; /* in the order they first came */
    size_t reaction_count;
    const struct message *reply; /* the message answered; NULL: none, or it is gone */
    const int64_t *mentions;     /* with MENTION_SOME */
    size_t mention_count;
};

/* The conversation of a person with another, as one of the two sees it. */
struct direct {
    int64_t conversation_id;
    int64_t peer_id;
    const char *name; /* remark, else nickname */
    const char *avatar;
    int64_t created_at_ms; /* when it was begun, as far as is known */
    int64_t last_at_ms;    /* 0: nothing was said */
};

/* About what a person wants to be notified. */
enum notify { NOTIFY_DEFAULT = 0, NOTIFY_ALL = 1, NOTIFY_MENTIONS = 2, NOTIFY_NONE = 3 };

/* Who: for rules of privacy. Contacts: those a person counts as friends. */
enum whom { WHOM_EVERYONE = 1, WHOM_CONTACTS, WHOM_NOBODY };

enum theme { THEME_SYSTEM = 1, THEME_LIGHT, THEME_DARK };
enum density { DENSITY_COSY = 1, DENSITY_COMPACT };

/* How a person wants their client and their privacy. */
struct settings {
    const char *language; /* a language tag, or "": the system's */
    enum theme theme;
    enum density density;
    int64_t font_size; /* pixels */
    bool sounds;
    bool enter_sends;
    enum notify notify; /* where a conversation has nothing of its own */
    bool quiet_hours;
    int64_t quiet_from_min, quiet_to_min; /* after midnight, on the client's clock */
    bool read_receipts;                   /* off: others do not see mine, nor I theirs */
    enum whom last_seen;                  /* who sees when I was here */
    bool directory;                       /* strangers find me by search */
    enum whom messages_from;              /* everyone or contacts */
};

/* What somebody has written and not sent. */
struct saved_draft {
    int64_t target_id; /* a person, or a group */
    const char *body;  /* "": nothing any more */
    int64_t reply_to_id;
    int64_t at_ms; /* when it was typed, on the client's clock, never in the future */
};

/* What a person has set about one conversation. */
struct conversation_state {
    int64_t mute_until_ms; /* 0 or past: not muted */
    enum notify notify;
    bool is_pinned;
    bool is_hidden; /* until something new is said */
    bool is_marked_unread;
    int64_t cleared_seq; /* up to here they have deleted it for themselves */
};

enum call_status { CALL_WAITING = 0, CALL_ACTIVE = 1, CALL_ENDED = 2 };

/* How a call ended, or what came of it for one person. */
enum call_outcome {
    CALL_OPEN = 0, /* it has not ended */
    CALL_ANSWERED,
    CALL_MISSED,    /* nobody answered in time */
    CALL_DECLINED,  /* everybody who was called declined */
    CALL_CANCELLED, /* ended by who began it before anybody answered */
    CALL_BUSY,      /* everybody who was called was in another call */
    CALL_FAILED,    /* the network or the server failed before anybody answered */
};

struct call {
    int64_t id;
    int64_t creator_id;
    bool is_group;    /* others may come in later; ends when the last one is out */
    int64_t group_id; /* 0: of no group */
    bool is_video;
    const char *subject;
    enum call_status status;
    enum call_outcome outcome;
    int64_t created_at_ms;
    int64_t ring_until_ms;  /* of the first ring */
    int64_t answered_at_ms; /* the first one came in beside the creator; 0: not yet */
    int64_t ended_at_ms;    /* 0: not yet */
    int64_t seen_at_ms;     /* when it was last known to go on: its end, if the server dies */
};

enum call_member_state {
    CALLEE_RINGING = 0,
    CALLEE_IN = 1,
    CALLEE_LEFT = 2,
    CALLEE_DECLINED = 3,
    CALLEE_MISSED = 4, /* did not answer while it rang */
    CALLEE_BUSY = 5,   /* was in another call when this one came */
};

/* One person of a call, its creator among them. */
struct call_member {
    int64_t user_id;
    const char *name; /* the nickname */
    const char *avatar;
    enum call_member_state state;
    int64_t invited_by;   /* 0: the creator itself */
    int64_t joined_at_ms; /* first came in; 0: never */
    int64_t left_at_ms;   /* went, declined or missed it; 0: ringing or in */
    int64_t session_id;   /* the device that is in */
    int64_t socket_id;    /* the socket it came in by; 0: none yet */
    int64_t
        deadline_ms; /* ringing: until when. In: the socket is lost, back until then; 0: all is well */
};

/* One line of a person's conversation list. */
struct conversation {
    int64_t id;
    enum scope scope;
    int64_t target_id; /* the peer, or the group */
    const char *name;  /* remark, else nickname, else username; the group's name */
    const char *avatar;
    int64_t last_seq;           /* newest seq this person may see; 0: none */
    int64_t read_seq;           /* this person's read position */
    int64_t peer_read_seq;      /* the furthest read position among the others */
    int64_t peer_delivered_seq; /* of a friend: some device of theirs has this; 0 in groups */
    int64_t mentioned;          /* unread messages that mention this person, or everybody */
    struct conversation_state state;
    int64_t unread; /* other people's unrevoked messages above read_seq */
    bool has_last;
    struct message last; /* valid if has_last */
};

#endif
