// SPDX-License-Identifier: Apache-2.0

// Puts the clock of the page ahead by so many milliseconds.
const ahead = Number(new URLSearchParams(location.search).get("ahead"));
if (ahead) {
  const Real = Date;
  window.Date = class extends Real {
    constructor(...args) {
      super(...(args.length ? args : [Real.now() + ahead]));
    }
    static now() {
      return Real.now() + ahead;
    }
  };
}
