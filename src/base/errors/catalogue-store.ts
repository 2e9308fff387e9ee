import { entries } from "./entry.ts";

/** What can go wrong with a store on PostgreSQL and with several controllers on it. */
export const STORE_ERRORS = entries({
  STORE_UNREACHABLE: {
    blame: "host",
    what: "The store {store} can't be reached.",
    why: "{reason}",
    next: "See that PostgreSQL runs there and lets this user in: psql with the same address must work. The controller goes on by itself once it answers.",
  },
  STORE_UNUSABLE: {
    blame: "host",
    what: "The store {store} can't be used.",
    why: "{reason}",
    next: "It must be a database of its own with encoding UTF8 on PostgreSQL 13 or newer, owned by the user of the address, and not written by a newer release.",
  },
  STORE_BUSY: {
    blame: "controller",
    what: "The store didn't come to do this.",
    why: "Other requests got in its way {tries} times.",
    next: "Try again. When it happens often, give PostgreSQL more room or the controllers fewer requests at once.",
  },
  STORE_NOT_EMPTY: {
    blame: "user",
    what: "The store {store} isn't empty.",
    why: "There are {rows} rows in its table {table}; what is moved there would be mixed with them.",
    next: "Name an empty database: createdb NAME",
  },
  STORE_COPY_DIFFERS: {
    blame: "bug",
    what: "The table {table} didn't arrive as it was.",
    why: "{reason}",
    next: "Nothing was kept in the new store, and the old one is as it was: go on with it, and report this.",
  },
  AUDIT_BROKEN: {
    blame: "controller",
    what: "The audit is not as it was written, from entry {seq} on: {fault}.",
    why: "{found}.",
    next: "Keep a copy of the store as evidence, find out who could write to it, and compare with a backup. After the restore of a backup on purpose, see docs/audit.md.",
  },
  AUDIT_UNCHAINED: {
    blame: "controller",
    what: "{count} entries of the audit are not chained since {since}.",
    why: "A controller does that within seconds, and none does it on this store.",
    next: "Start a controller on it, and look again. When one runs, its log says why it can't.",
  },
  AUDIT_UNREADABLE: {
    blame: "user",
    what: "The audit in {store} can't be read.",
    why: "{reason}",
    next: "Name the data folder or the store of a controller of this release or a newer one, that has been started once.",
  },
  STORE_SOURCE_UNUSABLE: {
    blame: "user",
    what: "There is no store to move in {folder}.",
    why: "{reason}",
    next: "Name the folder that the controller was started with: millwright controller migrate --from sqlite:FOLDER --to postgres://USER@HOST/NAME",
  },
  REPLICA_FOLDER_DIFFERS: {
    blame: "user",
    what: "The folder {folder} isn't the one in which the other controllers on this store keep the files of builds.",
    why: "A file that one controller takes must be there when another is asked for it.",
    next: "Mount one folder for all of them and name it: millwright controller --shared FOLDER. Or keep files in a bucket: --blobs s3://BUCKET",
  },
  REPLICA_DIFFERS: {
    blame: "user",
    what: "The file {file} isn't that of the other controllers on this store.",
    why: "{reason}",
    next: "Copy it from another controller's folder: all of them need the same. To have all of them use new ones, stop them and start the first one with: millwright controller --replace-shared-files",
  },
});
