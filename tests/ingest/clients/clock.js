// SPDX-License-Identifier: Apache-2.0

// Puts the clock of a client ahead by so many milliseconds. It is imported before the client.
const ahead = Number(process.env.CLOCK_AHEAD ?? 0);
if (ahead) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...args) {
      super(...(args.length ? args : [Real.now() + ahead]));
    }
    static now() {
      return Real.now() + ahead;
    }
  };
}
