/**
 * The ways out, made of the settings. What is not set up refuses each notification with what is to be set.
 */
import type { Settings } from "../../engine/contract/settings-schema.ts";
import { type EmailChannel, smtpChannel } from "./email-channel.ts";
import { SendFault } from "./send-fault.ts";
import { linkOf, type SmppEvents, smppChannel } from "./smpp/smpp-channel.ts";
import { type SmsChannel, smsChannel } from "./sms-channel.ts";
import type { WebhookOptions } from "./webhook-channel.ts";

/** The ways out. */
export type Channels = { webhook: WebhookOptions; email: EmailChannel; sms: SmsChannel };

/** The ways out as they are set up. */
export function channelsOf(settings: Settings, events: SmppEvents): Channels {
  const { smtp_url: url, smtp_from: from } = settings;
  return {
    webhook: { privateHosts: privateHostsOf(settings) },
    email:
      url === "" || from === ""
        ? { send: notSetUp("e-mail", "DRAWDOWN_SMTP_URL and DRAWDOWN_SMTP_FROM"), close: () => {} }
        : smtpChannel({ url, from }),
    sms: smsOf(settings, events),
  };
}

function smsOf(settings: Settings, events: SmppEvents): SmsChannel {
  const { sms_gateway_url: url, sms_gateway_body: body, sms_gateway_key: key } = settings;
  if (url === "") return { send: notSetUp("SMS", "DRAWDOWN_SMS_GATEWAY_URL") };
  if (!/^smpps?:/.test(url)) return smsChannel({ url, body, key });
  const at = linkOf(url);
  if (at !== undefined) return smppChannel({ ...at, sender: settings.sms_sender }, events);
  const form = "smpp://SYSTEM_ID:PASSWORD@host:2775, or smpps:// for TLS";
  return { send: notSetUp("SMPP", `DRAWDOWN_SMS_GATEWAY_URL with a user, as ${form}`) };
}

/** Hosts of the operator's own network that webhooks may go to. */
export function privateHostsOf({ webhook_private_hosts }: Settings): ReadonlySet<string> {
  const hosts = webhook_private_hosts.split(",").map((host) => host.trim().toLowerCase());
  return new Set(hosts.filter((host) => host !== ""));
}

function notSetUp(what: string, settings: string): () => Promise<void> {
  return async () => {
    throw new SendFault(`${what} is not set up: set ${settings}`, { final: true });
  };
}
