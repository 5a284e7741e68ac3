/** Names of services as customers know them, by language. */
import type { Service } from "../../../engine/contract/services.ts";
import type { LANGUAGES } from "../../registry/schema/notifications.ts";

/** The names. */
export const SERVICE_NAMES: Record<(typeof LANGUAGES)[number], Record<Service, string>> = {
  en: {
    electricity: "electricity",
    heating: "heating",
    cooling: "cooling",
    water: "water",
    gas: "gas",
    parking: "parking",
    facility: "facility",
    fee: "fees",
  },
  es: {
    electricity: "electricidad",
    heating: "calefacción",
    cooling: "refrigeración",
    water: "agua",
    gas: "gas",
    parking: "aparcamiento",
    facility: "instalaciones",
    fee: "cuotas",
  },
  de: {
    electricity: "Strom",
    heating: "Wärme",
    cooling: "Kälte",
    water: "Wasser",
    gas: "Gas",
    parking: "Parken",
    facility: "Räume",
    fee: "Gebühren",
  },
  fr: {
    electricity: "électricité",
    heating: "chauffage",
    cooling: "froid",
    water: "eau",
    gas: "gaz",
    parking: "stationnement",
    facility: "locaux",
    fee: "frais",
  },
};
