/** Express 4, installed beside Express 5 under a name of its own; what is used of it is the same. */
declare module "express4" {
  import express from "express";
  export = express;
}
