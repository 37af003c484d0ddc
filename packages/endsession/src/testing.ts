/** `endsession/testing`: the contract that every store must pass. */
export { type ContractTest, storeContract } from "./stores/contract.ts";
