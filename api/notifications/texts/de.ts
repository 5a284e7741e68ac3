/** What customers are told, in German. */
import type { Texts } from "../render.ts";

/** The texts. */
export const de: Texts = {
  low_credit: {
    subject: "Guthaben niedrig: {unit}",
    text: "Das Guthaben für {service}, {unit}, beträgt {balance}. Bitte laden Sie bald auf.",
  },
  cut_notice: {
    subject: "Abschaltung steht bevor: {unit}",
    text: "Das Guthaben für {service}, {unit}, beträgt {balance}. Ohne Aufladung wird die Versorgung abgeschaltet.",
  },
  credit_out: {
    subject: "Guthaben aufgebraucht: {unit}",
    text: "Das Guthaben für {service}, {unit}, ist aufgebraucht ({balance}). Die Versorgung wird abgeschaltet. Nach einer Aufladung kommt sie wieder.",
  },
  cut: {
    subject: "Versorgung abgeschaltet: {unit}",
    text: "Die Versorgung mit {service}, {unit}, ist abgeschaltet. Guthaben: {balance}.",
  },
  restored: {
    subject: "Versorgung wieder da: {unit}",
    text: "Die Versorgung mit {service}, {unit}, ist wieder da. Guthaben: {balance}.",
  },
  emergency_offered: {
    subject: "Notguthaben verfügbar: {unit}",
    text: "Das Guthaben für {service}, {unit}, beträgt {balance}. Sie können Notguthaben abrufen; es wird mit der nächsten Aufladung zurückgezahlt.",
  },
  emergency_used: {
    subject: "Notguthaben in Gebrauch: {unit}",
    text: "{unit} verbraucht jetzt Notguthaben für {service}. Guthaben: {balance}. Bitte laden Sie auf.",
  },
  credit_loaded: {
    subject: "Zahlung erhalten: {unit}",
    text: "{amount} wurden für {service}, {unit}, gutgeschrieben. Guthaben: {balance}. Beleg {receipt}.",
  },
  tariff_change: {
    subject: "Neue Preise: {unit}",
    text: "Für {service}, {unit}, gelten neue Preise.",
  },
  summary: {
    subject: "Weitere Mitteilungen vom {date}",
    text: "Am {date} gab es {count} weitere Mitteilungen für Sie. Bitte sehen Sie in Ihrem Konto nach.",
  },
};
