/**
 * An estate as a file of an import: sites, each with a gateway, and flats with a tenant, a meter and an account each.
 */

/** So many accounts, so many of them a site, by the price list "Flat" and the policy "Usual". */
export function estateLines(accounts: number, accountsOfSite: number): string {
  const lines: object[] = [];
  for (let at = 0; at < accounts; at++) {
    const site = `S${Math.floor(at / accountsOfSite)}`;
    const inSite = at % accountsOfSite;
    if (inSite === 0) {
      lines.push({
        type: "site",
        reference: site,
        name: `Estate ${site}`,
        timezone: "Europe/Madrid",
      });
      lines.push({ type: "gateway", site, name: "G1" });
    }
    const [unit, customer, serial] = [`U${inSite}`, `C${at}`, String(70_000_000 + at)];
    const place = { site, unit, service: "electricity" };
    lines.push({ type: "unit", site, reference: unit, name: `Flat ${inSite}` });
    lines.push({ type: "customer", reference: customer, name: `Tenant ${at}` });
    lines.push({
      type: "meter",
      ...place,
      gateway: "G1",
      serial,
      driver: "modbus",
      device: "eastron-sdm120",
      link: { host: "10.0.0.1", port: 502 },
      address: String((inSite % 247) + 1),
    });
    lines.push({ type: "agreement", customer, ...place });
    lines.push({ type: "account", meter: serial, price_list: "Flat", supply_policy: "Usual" });
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
