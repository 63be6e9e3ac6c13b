// SPDX-License-Identifier: Apache-2.0

// The calls that each client makes, as far as it has them.
export const at = new Date(Date.now() - 60_000);
export const properties = { total: 12.5, currency: "EUR", items: [{ sku: "a", quantity: 2 }] };
export const traits = { plan: "pro", seats: 3 };
export const [url, key] = process.argv.slice(2);
