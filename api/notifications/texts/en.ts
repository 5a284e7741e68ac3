/** What customers are told, in English. */
import type { Texts } from "../render.ts";

/** The texts. */
export const en: Texts = {
  low_credit: {
    subject: "Credit is low: {unit}",
    text: "The {service} credit of {unit} is {balance}. Please top up soon.",
  },
  cut_notice: {
    subject: "Supply will be cut: {unit}",
    text: "The {service} credit of {unit} is {balance}. Supply will be cut unless you top up.",
  },
  credit_out: {
    subject: "Credit is used up: {unit}",
    text: "The {service} credit of {unit} is used up ({balance}). Supply is being cut. Top up to have it back.",
  },
  cut: {
    subject: "Supply is cut: {unit}",
    text: "The {service} supply of {unit} is cut. Balance: {balance}.",
  },
  restored: {
    subject: "Supply is back: {unit}",
    text: "The {service} supply of {unit} is back. Balance: {balance}.",
  },
  emergency_offered: {
    subject: "Emergency credit available: {unit}",
    text: "The {service} credit of {unit} is {balance}. You can ask for emergency credit; it is paid back with the next top-up.",
  },
  emergency_used: {
    subject: "Emergency credit in use: {unit}",
    text: "{unit} is now using emergency credit for {service}. Balance: {balance}. Please top up.",
  },
  credit_loaded: {
    subject: "Payment received: {unit}",
    text: "{amount} was credited for {service}, {unit}. Balance: {balance}. Receipt {receipt}.",
  },
  tariff_change: {
    subject: "New prices: {unit}",
    text: "New {service} prices are in force for {unit}.",
  },
  summary: {
    subject: "More notices on {date}",
    text: "On {date} there were {count} more notices for you. Please look at your account.",
  },
};
