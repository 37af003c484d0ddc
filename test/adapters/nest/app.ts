/** The application of the contract in Nest, on Express or on Fastify. */
import "reflect-metadata";
import {
  Body,
  Catch,
  Controller,
  Get,
  HttpCode,
  type INestApplication,
  Module,
  Post,
  Req,
  Res,
  UseGuards,
} from "@nestjs/common";
import { BaseExceptionFilter } from "@nestjs/core";
import {
  currentSession,
  endOthers,
  mount,
  type NestRequest,
  type NestResponse,
  protect,
  reauthenticate,
  securityEvent,
  sessionOf,
  signIn,
} from "endsession/nest";
import type { Scene } from "../scene.ts";

/** A response of either framework, as the application uses it. */
type Res = NestResponse & { header(name: string, value: string): unknown };

/** The application's module, and what it does with errors. */
export function moduleOf(scene: Scene): new () => object {
  const { endsession: of } = scene;
  const guarded = protect(of);

  @Controller()
  class App {
    @Get("me")
    @UseGuards(guarded)
    me(@Req() req: NestRequest, @Res({ passthrough: true }) res: Res): object {
      addCookie(res, "own=1");
      return { user: sessionOf(req).userId };
    }

    @Post("change")
    @HttpCode(200)
    @UseGuards(guarded)
    change(@Body() body: { text: string }): object {
      return { received: body.text.length };
    }

    @Get("slow")
    @UseGuards(guarded)
    async slow(@Req() req: NestRequest, @Res({ passthrough: true }) res: Res): Promise<object> {
      await scene.slow();
      return this.me(req, res);
    }

    @Post("slow/password")
    @HttpCode(200)
    @UseGuards(guarded)
    async slowPassword(
      @Req() req: NestRequest,
      @Res({ passthrough: true }) res: Res,
    ): Promise<object> {
      await scene.slow();
      return this.password(req, res);
    }

    @Get("fails")
    @UseGuards(guarded)
    fails(): never {
      throw new Error("own");
    }

    @Post("fails")
    @UseGuards(guarded)
    failsToo(): never {
      throw new Error("own");
    }

    @Post("sign-in")
    @HttpCode(200)
    async signIn(
      @Req() req: NestRequest,
      @Res({ passthrough: true }) res: Res,
      @Body() { user, remember = false }: { user: string; remember?: boolean },
    ): Promise<object> {
      if (!scene.early) addCookie(res, "own=1");
      await signIn(of, req, res, { userId: user, rememberMe: remember });
      return { user };
    }

    @Get("maybe")
    async maybe(@Req() req: NestRequest, @Res({ passthrough: true }) res: Res): Promise<object> {
      return { user: (await currentSession(of, req, res))?.userId ?? null };
    }

    @Post("password")
    @HttpCode(200)
    @UseGuards(guarded)
    async password(@Req() req: NestRequest, @Res({ passthrough: true }) res: Res): Promise<object> {
      const { credentials } = await securityEvent(of, req, res, { type: "password_changed" });
      return { kept: credentials !== null };
    }

    @Post("others")
    @HttpCode(200)
    @UseGuards(guarded)
    async others(@Req() req: NestRequest, @Res({ passthrough: true }) res: Res): Promise<object> {
      return { kept: (await endOthers(of, req, res)).credentials !== null };
    }

    @Post("prove")
    @HttpCode(200)
    @UseGuards(protect(of, { allowStale: true }))
    async prove(@Req() req: NestRequest, @Res({ passthrough: true }) res: Res): Promise<object> {
      const { session } = await reauthenticate(of, req, res, ["pwd"]);
      return { user: session.userId };
    }
  }

  @Module({ controllers: [App] })
  class Root {}
  return Root;
}

/** Mounts endsession, and tells the scene of every error, as an application's own filter would. */
export function prepare(app: INestApplication, scene: Scene, parser: Middleware[]): void {
  @Catch()
  class Filter extends BaseExceptionFilter {
    override catch(error: unknown, host: Parameters<BaseExceptionFilter["catch"]>[1]): void {
      // What Nest itself throws is no error of ours: 404, a body that is no JSON.
      if (!(error instanceof Error && "getStatus" in error)) scene.failed(error);
      // oxlint-disable-next-line promise/valid-params -- a method of Nest's, and no promise
      super.catch(error, host);
    }
  }
  app.useGlobalFilters(new Filter(app.getHttpAdapter()));
  for (const middleware of parser) app.use(middleware);
  app.use(mount(scene.endsession));
}

/** A handler of node:http, in a chain. */
export type Middleware = ReturnType<typeof mount>;

function addCookie(res: Res, line: string): void {
  // Express replaces what Fastify appends.
  if ("appendHeader" in res) res.appendHeader("set-cookie", line);
  else res.header("set-cookie", line);
}
