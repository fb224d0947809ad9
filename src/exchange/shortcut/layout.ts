/**
 * Where everything lies in the memory that the code of the shortcut and the rest of a host's reading share: byte offsets.
 * Compiled by two compilers, so it holds nothing but numbers.
 */

/** Words that tell a run of records what holds, and what it came to. */
export const S_STOP = 1024;
/** Frames taken, probes and replies among them; a bit for each kind and direction met. */
export const S_FRAMES = 1028;
export const S_PROBES = 1032;
export const S_REPLIES = 1036;
export const S_SEEN = 1040;
export const S_DIRECTIONS = 1044;
/** Number of the frame taken last, and its second. */
export const S_NUMBER = 1048;
export const S_SECONDS = 1052;
/** How many interfaces the table at FACES has. */
export const S_FACES = 1056;
/** Whether probes, replies and last steps of handshakes are paired, and a probe was seen; whether datagrams are followed. */
export const S_PAIRS = 1060;
export const S_PROBED = 1064;
export const S_DATAGRAMS = 1068;
/** Frames to go before segments are passed over (`ack-filter.ts`). */
export const S_UNFILTERED = 1072;
/** Of the places: their age, whether hardware addresses matter, and the slot that is to be learned (0: none). */
export const S_AGE = 1076;
export const S_BY_MAC = 1080;
export const S_ASKED = 1084;
/** Of the ring: numbers of the next entry and of the oldest, entries less one; open ones, and the most there may be. */
export const S_HEAD = 1088;
export const S_TAIL = 1092;
export const S_MASK = 1096;
export const S_LIVE = 1100;
export const S_LIMIT = 1104;
export const S_SINCE_EXPIRY = 1108;
/** Entries of the open table. */
export const S_TABLE_SIZE = 1112;
export const S_PROFILES = 1116;
export const S_GROUPS = 1120;
/** Grows with each group, and with each look that is learned (`groups.ts`). */
export const S_GROUPS_AGE = 1240;
/** Exchanges counted in groups, and those among them that left for want of room. */
export const S_EXCHANGES = 1124;
export const S_LEFT_EARLY = 1128;
/** Whether anywhere so many ports are asked that they are counted together. */
export const S_MANY_PORTS = 1232;
/** SYNs with data that are remembered (`early-data.ts`). */
export const S_EARLY_DATA = 1236;
/** Of the filter of acknowledgements: byte offset of the newer generation, keys added to it. */
export const S_ACK_GENERATION = 1132;
export const S_ACKS_SET = 1136;
/** Until which second a connection in trouble is watched. */
export const S_STALLS_UNTIL = 1140;
/** Those among them that are yet to be counted (`closed.ts`). */
export const S_CLOSED = 1244;
/** Plain exchanges kept as examples. */
export const S_EXAMPLES = 1148;
/** Where nothing is paired here: whether probes, replies and their like are recorded, and how many were. */
export const S_RECORDS = 1224;
export const S_RECORDED = 1228;
/** What was read so that it is at hand later; nobody asks for it. */
export const S_FETCHED = 1144;

/** The second in which the analysis began, in 64 bits. */
export const S_BASE = 1152;
/** Doubles: nanoseconds since then. */
export const S_LAST_NS = 1160;
export const S_WINDOW_NS = 1168;
export const S_SINCE_NS = 1176;
export const S_UNTIL_NS = 1184;
/** When the oldest entry of the open table was queued; infinite where there is none. */
export const S_TABLE_QUEUED = 1192;
/** Of the probe or reply at hand. */
export const S_NOW_NS = 1216;
/** Earliest and latest time of a frame: nanoseconds in the lower word, seconds in the upper one. */
export const S_FIRST_TIME = 1200;
export const S_LATEST_TIME = 1208;
/** By how many nanoseconds, at most, a frame's time lies before that of one before it, a double; and the number of that frame. */
export const S_BACK_NS = 1248;
export const S_BACK_FRAME = 1256;

/** Interfaces of the capture: LINKTYPE_ value, number and direction (`placeOf`), units a second; 16 bytes each. */
export const FACES = 1280;
export const FACE_BYTES = 16;
export const MOST_FACES = 32;
/** `places.ts`: 64 slots of eight words. */
export const PLACES = 2048;
export const PLACE_SLOTS = 64;
/** `plain-looks.ts`: 256 slots of six words. */
export const LOOKS = 4096;
/** `places.ts`: four for each kind up to segments (6), of eight words. */
export const LINKS = 10240;
export const LINK_BYTES = 32;
export const LINKS_BYTES = 28 * LINK_BYTES;
/** A bit for each bucket of groups. */
export const GROUP_HOMES = 12288;
/** `stalls.ts`. */
export const STALLS_SENT = 16384;
export const STALLS_WATCHES = 49152;
/** `ack-filter.ts`: two generations. */
export const ACKS = 65536;
/** `connections.ts`. */
export const CONNECTIONS = 196608;
/** All that a host remembers lies below. */
export const HOST_END = 393216;
/** `key-counts.ts`. */
export const KEY_COUNTS = 8175616;
export const KEY_SLOTS = 32768;
/** `profiles.ts`. */
export const PROFILES = 393216;
export const PROFILE_BUCKETS = 458752;
/** `group-store.ts`. */
export const GROUP_BUCKETS = 475136;
export const GROUP_SOURCES = 606208;
export const GROUP_PORTS = 671744;
export const GROUPS = 737280;
export const GROUPS_END = 1785856;
/** `plain-ring.ts`. */
export const SETS = 1785856;
export const RING = 2834432;
/** Where nothing is paired here, there is no ring: records (`exchange/layout.ts`), 16 words each. */
export const RECORDS = 2834432;
export const MOST_RECORDS = 4096;
/** `plain-examples.ts`: as many as groups may keep. */
export const EXAMPLES = 7028736;
export const MOST_EXAMPLES = 17920;
/** `plain-acks.ts`: beside the ring's entries, and beside the examples. */
export const RING_ACKS = 8208384;
export const EXAMPLE_ACKS = 10305536;
/** `groups.ts`. */
export const GROUP_MEMOS = 10878976;
/** `batch.ts`. */
export const BATCH = 10944512;
/** `closed.ts`: as many exchanges, the last steps of their handshakes, their groups. */
export const CLOSED = 10946560;
export const CLOSED_ACKS = 10948608;
export const CLOSED_GROUPS = 10949632;
/** `scouts.ts`: where each goes on. */
export const SCOUTS = 10950656;
export const SCOUTS_SENT = 8;
/** Chunks of captures lie from here on. */
export const CHUNKS = 11010048;
