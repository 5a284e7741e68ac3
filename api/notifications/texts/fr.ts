/** What customers are told, in French. */
import type { Texts } from "../render.ts";

/** The texts. */
export const fr: Texts = {
  low_credit: {
    subject: "Crédit faible : {unit}",
    text: "Le crédit {service} de {unit} est de {balance}. Veuillez recharger bientôt.",
  },
  cut_notice: {
    subject: "Coupure à venir : {unit}",
    text: "Le crédit {service} de {unit} est de {balance}. Sans recharge, la fourniture sera coupée.",
  },
  credit_out: {
    subject: "Crédit épuisé : {unit}",
    text: "Le crédit {service} de {unit} est épuisé ({balance}). La fourniture est en cours de coupure. Rechargez pour la rétablir.",
  },
  cut: {
    subject: "Fourniture coupée : {unit}",
    text: "La fourniture ({service}) de {unit} est coupée. Solde : {balance}.",
  },
  restored: {
    subject: "Fourniture rétablie : {unit}",
    text: "La fourniture ({service}) de {unit} est rétablie. Solde : {balance}.",
  },
  emergency_offered: {
    subject: "Crédit de secours disponible : {unit}",
    text: "Le crédit {service} de {unit} est de {balance}. Vous pouvez demander un crédit de secours, remboursé à la prochaine recharge.",
  },
  emergency_used: {
    subject: "Crédit de secours utilisé : {unit}",
    text: "{unit} utilise maintenant le crédit de secours ({service}). Solde : {balance}. Veuillez recharger.",
  },
  credit_loaded: {
    subject: "Paiement reçu : {unit}",
    text: "{amount} ont été crédités pour {service}, {unit}. Solde : {balance}. Reçu {receipt}.",
  },
  tariff_change: {
    subject: "Nouveaux prix : {unit}",
    text: "De nouveaux prix ({service}) sont en vigueur pour {unit}.",
  },
  summary: {
    subject: "Autres avis du {date}",
    text: "Le {date}, il y a eu {count} autres avis pour vous. Veuillez consulter votre compte.",
  },
};
