import { Controller, Get } from '@nestjs/common';
import { OpenToEverybody } from '@waybill/edge';

@Controller('npm/:repository/-')
export class PingHttpController {
  @Get('ping')
  @OpenToEverybody('tells only that somebody answers')
  ping(): object {
    return {};
  }
}
