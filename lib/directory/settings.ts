/** What an administrator sets while the server runs. Kept in Deno KV. */

const registrationKey: Deno.KvKey = ["setting", "registration_closed"];

/** See the file's first line. */
export class Settings {
  /** @param allowRegistration whether the configuration lets people make accounts at all */
  constructor(private readonly kv: Deno.Kv, private readonly allowRegistration: boolean) {}

  /** Whether anybody may make an account now. */
  async registrationOpen(): Promise<boolean> {
    return this.allowRegistration && (await this.kv.get(registrationKey)).value === null;
  }

  /** Opens or closes registration; what the configuration closes stays closed. */
  async setRegistration(open: boolean): Promise<void> {
    if (open) await this.kv.delete(registrationKey);
    else await this.kv.set(registrationKey, true);
  }
}
