import { expect, test } from "vitest";
import { featuresOf } from "./features.ts";
import { piecesOf, withoutUnseen } from "./visible.ts";

test("comments, scripts, styles and templates are left out", () => {
  expect(
    withoutUnseen(
      "a<!-- b -- > c -->d<SCRIPT src=x>e</script >f<style>g</STYLE>h<template>i</template>j<noscript>k</noscript>l",
    ),
  ).toBe("adfhjl");
});

test("what is never closed goes up to the end, as in a browser", () => {
  for (const opened of ["<!-- b", "<script>b", "<style>b</style", "<template>b"])
    expect(withoutUnseen(`a${opened}`)).toBe("a");
});

test("letters that grow in lower case move nothing", () => {
  expect(withoutUnseen("İİİİ<script>secret</script>after")).toBe("İİİİafter");
});

test("tags and texts, in order", () => {
  expect(piecesOf("a<b>c</b>d<e")).toEqual({ tags: ["<b>", "</b>"], texts: ["a", "c", "d<e"] });
});

test.each(["<script ", "<!--", "<", "<input ", "<style></style", "</script", "<input type="])(
  "two million signs of “%s” are read in one go",
  (unit) => {
    const body = unit.repeat(2_000_000 / unit.length);
    const ask = { method: "GET", url: "http://localhost/", headers: [] };
    const answer = { id: "x1", ask, by: "A", at: 0, status: 200, headers: [], body, took: 0 };
    expect(featuresOf(answer).asksPassword).toBe(false);
  },
);
