/** What customers are told, in Spanish. */
import type { Texts } from "../render.ts";

/** The texts. */
export const es: Texts = {
  low_credit: {
    subject: "Saldo bajo: {unit}",
    text: "El saldo de {service} de {unit} es {balance}. Recargue pronto, por favor.",
  },
  cut_notice: {
    subject: "Se cortará el suministro: {unit}",
    text: "El saldo de {service} de {unit} es {balance}. Si no recarga, se cortará el suministro.",
  },
  credit_out: {
    subject: "Saldo agotado: {unit}",
    text: "El saldo de {service} de {unit} se ha agotado ({balance}). Se está cortando el suministro. Recargue para recuperarlo.",
  },
  cut: {
    subject: "Suministro cortado: {unit}",
    text: "El suministro de {service} de {unit} está cortado. Saldo: {balance}.",
  },
  restored: {
    subject: "Suministro restablecido: {unit}",
    text: "El suministro de {service} de {unit} se ha restablecido. Saldo: {balance}.",
  },
  emergency_offered: {
    subject: "Crédito de emergencia disponible: {unit}",
    text: "El saldo de {service} de {unit} es {balance}. Puede pedir crédito de emergencia; se devuelve con la próxima recarga.",
  },
  emergency_used: {
    subject: "Crédito de emergencia en uso: {unit}",
    text: "{unit} está usando crédito de emergencia de {service}. Saldo: {balance}. Recargue, por favor.",
  },
  credit_loaded: {
    subject: "Pago recibido: {unit}",
    text: "Se han abonado {amount} para {service}, {unit}. Saldo: {balance}. Recibo {receipt}.",
  },
  tariff_change: {
    subject: "Nuevos precios: {unit}",
    text: "Hay nuevos precios de {service} en vigor para {unit}.",
  },
  summary: {
    subject: "Más avisos del {date}",
    text: "El {date} hubo {count} avisos más para usted. Consulte su cuenta, por favor.",
  },
};
