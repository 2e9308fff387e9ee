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
