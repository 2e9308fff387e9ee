import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { ProfileRequest } from "../../../protocol/api.ts";
import { PROFILE_TYPES } from "../../../protocol/build-types.ts";
import { inspectRequest } from "../../profiles/inspect.ts";
import { type StoredProfile, shownProfile } from "../../profiles/stored-profile.ts";
import type { Services } from "../../services.ts";
import type { SettingRow } from "../../store/tables.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { settingRoutes } from "./settings.ts";

/** A keystore and a p12 have some KiB, a provisioning profile with many devices some hundred. */
const MOST_BODY_BYTES = 8 * 2 ** 20;

/** Stands for the name of a profile that is only tried. */
const NO_NAME = "NAME";

/** What is empty or no such file is told by its own error when it is looked into. */
const file = z.base64("expected base64");

export const PROFILE = z
  .strictObject({
    type: z.enum(PROFILE_TYPES),
    android: z
      .strictObject({
        fileName: line(200),
        keystoreBase64: file,
        storePassword: z.string().min(1, "expected a password").max(1000),
        alias: line(200),
        keyPassword: z.string().min(1, "expected a password").max(1000).optional(),
      })
      .optional(),
    ios: z
      .strictObject({
        fileName: line(200),
        p12Base64: file,
        password: z.string().max(1000),
        provisioningProfiles: z
          .array(z.strictObject({ fileName: line(200), base64: file }))
          .max(50, "expected at most 50 provisioning profiles"),
      })
      .optional(),
  })
  .refine(({ android, ios }) => android || ios, "expected android (a keystore), ios (a p12 file), or both");

/** Security profiles: looked into before they are stored, and refused with what is wrong with them. */
export function profileRoutes(api: FastifyInstance, services: Services): void {
  const { clock } = services;
  const show = ({ name, shown }: Selectable<SettingRow>) =>
    shownProfile(name, JSON.parse(shown) as StoredProfile, clock.now());
  settingRoutes(api, services, {
    path: "/profiles",
    kind: "profile",
    mostBodyBytes: MOST_BODY_BYTES,
    body: PROFILE,
    show,
    split: (body, name) => {
      const { stored, material } = inspectRequest(name, validate(PROFILE, body) as ProfileRequest, clock.now());
      return { shown: stored, secret: material };
    },
  });

  api.post(
    "/profiles/check",
    {
      bodyLimit: MOST_BODY_BYTES,
      ...told("Looks into a profile; nothing is stored", { body: PROFILE, answer: "CheckedProfile" }),
    },
    async (request) => {
      const now = clock.now();
      const { stored } = inspectRequest(NO_NAME, validate(PROFILE, request.body) as ProfileRequest, now);
      return { shown: shownProfile(NO_NAME, stored, now) };
    },
  );
}
