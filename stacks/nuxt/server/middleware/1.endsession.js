import { mount } from "endsession/nuxt";

export default defineEventHandler(mount(open));
