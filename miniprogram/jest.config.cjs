// The simulator draws components into a document; what talks to the office does
// so over real connections.
module.exports = { testEnvironment: "jsdom", testMatch: ["<rootDir>/test/*.test.js"], testTimeout: 60000, maxWorkers: 1 };
